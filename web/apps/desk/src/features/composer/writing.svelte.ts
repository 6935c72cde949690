/** The words being written in one conversation: the reply's draft travels to the server, the note's
 * stays in this browser. */
import type { Screen, Mode } from '../../shell/screen.svelte';
import { storage } from '../../shell/storage';

export class Writing {
  mode = $state<Mode>('reply');
  private reply = $state('');
  private note = $state('');
  private hasTyped = false;

  constructor(
    private readonly screen: Screen,
    readonly conversationId: string,
  ) {
    this.reply = this.savedReply();
    this.note = storage.get(this.noteKey) ?? '';
  }

  private get noteKey(): string {
    return `halfminute.note.${this.screen.session.user.id}.${this.conversationId}`;
  }

  private savedReply(): string {
    const local = this.screen.desk.drafts.local(this.conversationId);
    return local ?? this.screen.desk.snapshot.state?.drafts.get(this.conversationId)?.text ?? '';
  }

  get text(): string {
    return this.mode === 'note' ? this.note : this.reply;
  }

  set text(text: string) {
    this.hasTyped = true;
    if (this.mode === 'note') {
      this.note = text;
      if (text === '') storage.remove(this.noteKey);
      else storage.set(this.noteKey, text);
    } else {
      this.reply = text;
      this.screen.desk.drafts.write(this.conversationId, text);
      this.screen.desk.commands.typing.wrote(this.conversationId, text);
    }
  }

  /** The server's draft came after the composer was open: it fills an untouched field only. */
  fill(text: string): void {
    if (!this.hasTyped && this.reply === '') this.reply = text;
  }

  /** The agent's word on two drafts. */
  decide(text: string): void {
    this.reply = text;
    this.screen.desk.commands.keepDraft(this.conversationId, text);
  }

  send(replyToId: string | null): void {
    const { mode, text, noteKey } = this;
    const kept = this.screen.desk.commands.say(mode, this.conversationId, text.trim(), replyToId);
    this.hasTyped = true;
    if (mode === 'reply') {
      this.reply = '';
      return;
    }
    this.note = '';
    void kept.then(() => {
      if (storage.get(noteKey) === text) storage.remove(noteKey);
    });
  }
}
