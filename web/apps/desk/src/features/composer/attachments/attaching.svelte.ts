/** The files beside one conversation's words, as its composer works with them. */
import type { ChannelAbilities, ConversationView } from '@halfminute/api';
import type { Attachment, Rejection } from '../../../core/attachments';
import { largestOf } from '../../../core/attachable';
import type { Screen } from '../../../shell/screen.svelte';
import { toasts } from '../../../shell/toasts.svelte';
import { t, words } from '../../../shell/words.svelte';
import { abilitiesFor } from '../../contact/channel';

export class Attaching {
  /** The agent has pressed Send, and some are still on their way. */
  isAwaited = $state(false);

  readonly tray: readonly Attachment[] = $derived.by(
    () => this.screen.snapshot.attachments.get(this.conversation.id) ?? [],
  );
  readonly isReady = $derived.by(() => this.tray.every((each) => each.state === 'ready'));
  /** Nothing of it goes on by itself. */
  readonly needsHelp = $derived.by(() => this.tray.some((each) => each.failure?.isTransient === false));

  constructor(
    private readonly screen: Screen,
    private readonly conversation: ConversationView,
  ) {}

  get abilities(): ChannelAbilities | undefined {
    return abilitiesFor(this.screen, this.conversation);
  }

  /** The most bytes of any file; 0 where the channel, or our own rights, carry none. */
  get largest(): number {
    const mayUpload = this.screen.session.permissions.includes('file.upload');
    return mayUpload ? largestOf(this.abilities) : 0;
  }

  add(files: Iterable<File>): void {
    const { abilities } = this;
    if (abilities === undefined || this.largest === 0) return;
    const before = this.tray.length;
    const rejected = this.screen.desk.attachments.add(this.conversation.id, abilities, [...files]);
    for (const each of rejected) toasts.show(sayRejection(each), 'warn');
    const count = this.screen.desk.attachments.of(this.conversation.id).length - before;
    if (count > 0) this.screen.announce(t('attach.added', { count }));
  }

  /** Whether what is here can be sent now. Where not, it will be when it is there, or the agent is
   * told what hinders. */
  isSendable(): boolean {
    if (this.isReady) {
      this.isAwaited = false;
      return true;
    }
    this.isAwaited = !this.needsHelp;
    if (this.needsHelp) toasts.show(t('attach.unsent'), 'warn');
    return false;
  }
}

function sayRejection({ name, reason, limit }: Rejection): string {
  return t(`attach.rejected.${reason}`, { name, count: limit, size: words.size(limit) });
}

/** Why it is not there, in our words. */
export function sayFailure({ failure }: Attachment): string {
  if (failure === null) return '';
  if (failure.kind === 'offline' || failure.kind === 'unavailable') return t('attach.broken');
  const code = failure.code === 'too_large' ? 'file_too_large' : failure.code;
  return t('attach.failed', { reason: words.coded('reason', code) });
}
