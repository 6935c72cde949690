/** Which contacts type just now, as far as their channel tells: true until they stop or write, or six
 * seconds have passed without a word of it. No part of the state, which is made of what is so for good. */
import type { EventFrame, TypingFrame } from '@halfminute/api';
import type { DeskSnapshot } from './snapshot';

const TRUE_MS = 6000;
const CONVERSATION = 'conversation:';

interface ContactTypingParts {
  onEvents(listener: (frames: readonly EventFrame[]) => void): unknown;
  update(change: Partial<DeskSnapshot>): void;
}

export class ContactTyping {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly parts: ContactTypingParts) {
    parts.onEvents((frames) => {
      for (const { event, stream } of frames) if (event === 'MessageReceived') this.set(stream, false);
    });
  }

  hear(frame: TypingFrame): void {
    if (frame.by === 'contact') this.set(frame.stream, frame.is_typing);
  }

  private set(stream: string, isTyping: boolean): void {
    if (!stream.startsWith(CONVERSATION)) return;
    const wasTyping = this.timers.has(stream);
    clearTimeout(this.timers.get(stream));
    this.timers.delete(stream);
    if (isTyping) this.timers.set(stream, setTimeout(() => this.set(stream, false), TRUE_MS));
    if (isTyping !== wasTyping) this.tell();
  }

  private tell(): void {
    const ids = [...this.timers.keys()].map((stream) => stream.slice(CONVERSATION.length));
    this.parts.update({ typing: new Set(ids) });
  }
}
