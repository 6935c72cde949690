/** That each side sees when the other types: told seldom, shown shortly, and never repeated. */

/** The server lets one be told every two seconds. */
const APART_MS = 3000;
/** After this silence nobody types any more. */
const TRUE_MS = 6000;

/** What the visitor does: told at most every three seconds, and that it has ended. */
export class OwnTyping {
  private toldAt = -Infinity;

  constructor(
    private readonly tell: (isTyping: boolean) => Promise<unknown>,
    private readonly now: () => number = Date.now,
  ) {}

  wrote(text: string): void {
    if (text.trim() === '') {
      if (this.now() - this.toldAt < TRUE_MS) this.send(false);
      this.toldAt = -Infinity;
    } else if (this.now() - this.toldAt >= APART_MS) {
      this.toldAt = this.now();
      this.send(true);
    }
  }

  /** The words were sent, which says more. */
  sent(): void {
    this.toldAt = -Infinity;
  }

  private send(isTyping: boolean): void {
    this.tell(isTyping).catch(() => undefined);
  }
}

/** What the agent does: true until they stop, or six seconds have passed without a word of it. */
export class TheirTyping {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly show: (isTyping: boolean) => void) {}

  hear(isTyping: boolean): void {
    clearTimeout(this.timer);
    this.show(isTyping);
    if (isTyping) this.timer = setTimeout(() => this.show(false), TRUE_MS);
  }
}
