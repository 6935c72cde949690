/** Looks at the thread again and again, for what no event of its stream tells: that an agent has it, and what
 * another conversation has. */
import type { ThreadView } from '@halfminute/api';
import type { State } from './state';
import { isWaiting } from './thread';

const PAUSE_MS = 10_000;
const WAITING_MS = 60_000;

export class Looking {
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the stops: what is seen after one is of somebody who is gone. */
  private stops = 0;

  constructor(
    private readonly look: () => Promise<ThreadView>,
    private readonly onSeen: (seen: ThreadView) => void,
  ) {}

  stop(): void {
    clearTimeout(this.timer);
    this.stops += 1;
  }

  /** From now on, for as long as it matters. */
  goOn(state: () => State): void {
    this.stop();
    const { conversation, isDivided } = state();
    if (!isDivided && !isWaiting(conversation)) return;
    const { stops } = this;
    this.timer = setTimeout(() => {
      void this.look()
        .then((seen) => stops === this.stops && this.onSeen(seen))
        .catch(() => undefined)
        .finally(() => stops === this.stops && this.goOn(state));
    }, isDivided ? PAUSE_MS : WAITING_MS);
  }
}
