/** Tells the server that the agent types an answer, so that the customer can be shown it: every four
 * seconds while the words change, since a channel shows it for five at most. Nothing of it is kept or
 * tried again: a moment later it would be true no more. */

export interface TypingParts {
  tell(conversationId: string, isTyping: boolean): Promise<unknown>;
  now(): number;
}

const APART_MS = 4000;

export class Typing {
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly parts: TypingParts) {}

  /** The words have changed. With none left the agent types no more. */
  wrote(conversationId: string, text: string): void {
    if (text.trim() === '') {
      this.stop(conversationId);
      return;
    }
    const now = this.parts.now();
    const toldAt = this.toldAt.get(conversationId);
    if (toldAt !== undefined && now - toldAt < APART_MS) return;
    this.toldAt.set(conversationId, now);
    this.tell(conversationId, true);
  }

  /** The words were sent, which says more. */
  sent(conversationId: string): void {
    this.toldAt.delete(conversationId);
  }

  private stop(conversationId: string): void {
    if (this.toldAt.delete(conversationId)) this.tell(conversationId, false);
  }

  private tell(conversationId: string, isTyping: boolean): void {
    this.parts.tell(conversationId, isTyping).catch(() => undefined);
  }
}
