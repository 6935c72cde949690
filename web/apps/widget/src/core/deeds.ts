/** What a visitor does beside writing: ends the conversation, says how it was, takes it along. */
import type { ConversationView } from '@halfminute/api';
import type { Api } from './api';
import type { Keeping } from './keeping';
import type { State } from './state';

interface DeedsParts {
  api: Api;
  language: string;
  state(): State;
  set(change: Partial<State>): void;
  keeping: Keeping;
  /** Before every key of this widget's. */
  prefix: string;
}

/** As long as the server takes ratings after the end of a conversation. */
const RATED_WITHIN_MS = 3 * 24 * 3600 * 1000;

export const isOver = (conversation: ConversationView | null): boolean =>
  conversation?.state === 'closed' || conversation?.state === 'wrap_up';

/** Whether to ask how it was: of what is over of late, and in which somebody has answered. */
export function isRatable(conversation: ConversationView | null, now: number): boolean {
  if (conversation === null || !isOver(conversation) || conversation.first_reply_at === null) return false;
  return conversation.closed_at === null || now - Date.parse(conversation.closed_at) < RATED_WITHIN_MS;
}

export class Deeds {
  private last = Promise.resolve();

  constructor(private readonly parts: DeedsParts) {
    void this.recall();
  }

  end = (): Promise<void> => this.change((id) => this.parts.api.endConversation(id));

  /** The score alone is enough; again to say it otherwise. */
  rate = (score: number, words: string): Promise<void> =>
    this.change((id) => this.parts.api.rate(id, { score, words }));

  /** Asks no more how this conversation was. */
  skipRating(): void {
    const unratedId = this.parts.state().conversation?.id;
    if (unratedId === undefined) return;
    this.parts.set({ unratedId });
    void this.parts.keeping.set(this.key, unratedId);
  }

  /** The thread as a file, in the visitor's own time. */
  save = (): Promise<void> =>
    this.attempt(async () => {
      const page = await this.parts.api.getTranscript(this.parts.language, -new Date().getTimezoneOffset());
      const link = document.createElement('a');
      link.href = URL.createObjectURL(page);
      link.download = `chat-${new Date().toISOString().slice(0, 10)}.html`;
      link.click();
      // The browser reads it after the click.
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });

  private get key(): string {
    return `${this.parts.prefix}unrated`;
  }

  /** What the visitor would not rate. */
  private async recall(): Promise<void> {
    this.parts.set({ unratedId: await this.parts.keeping.get(this.key) });
  }

  private change(deed: (id: string) => Promise<ConversationView>): Promise<void> {
    return this.attempt(async () => {
      const id = this.parts.state().conversation?.id;
      if (id === undefined) return;
      const conversation = await deed(id);
      if (this.parts.state().conversation?.id === id) this.parts.set({ conversation });
    });
  }

  /** One after the other: of two quick taps the second is the last word. */
  private attempt(deed: () => Promise<void>): Promise<void> {
    this.last = this.last.then(() => {
      this.parts.set({ notice: null });
      return deed().catch(() => this.parts.set({ notice: 'failed.deed' }));
    });
    return this.last;
  }
}
