/** The server's time on this machine, whose own clock may be wrong by minutes. */

const REMEMBERED = 8;

export class ServerClock {
  private readonly offsets: number[] = [];

  constructor(private readonly localNow: () => number = () => Date.now()) {}

  /** A reading is late by its travel: of the last readings the one that travelled least is best. */
  observe(serverTime: string): void {
    const at = Date.parse(serverTime);
    if (Number.isNaN(at)) return;
    this.offsets.push(at - this.localNow());
    if (this.offsets.length > REMEMBERED) this.offsets.shift();
  }

  /** Milliseconds since the epoch by the server's clock. */
  now(): number {
    const offset = this.offsets.length > 0 ? Math.max(...this.offsets) : 0;
    return this.localNow() + offset;
  }
}
