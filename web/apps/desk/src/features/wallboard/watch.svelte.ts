/** The wallboard as it is asked for, once a second; what cannot be read stays as it was, and ages. */
import { isApiError, type Wallboard } from '@halfminute/api';
import { ageSeconds, COUNTING_SECONDS, STALE_SECONDS } from '../../core/wallboard';
import type { Screen } from '../../shell/screen.svelte';

const EVERY_MS = 1000;
const AFTER_FAILURE_MS = 3000;

export class WallboardWatch {
  board = $state.raw<Wallboard | null>(null);
  hasFailed = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isStopped = false;

  constructor(private readonly screen: Screen) {}

  age = $derived.by(() => (this.board === null ? null : ageSeconds(this.board, this.screen.now)));
  isStale = $derived(this.age === null || this.age > STALE_SECONDS);
  /** The server answers, and its figures are from long ago. */
  isCounting = $derived(!this.hasFailed && this.age !== null && this.age > COUNTING_SECONDS);

  /** Asks again and again until the returned function is called. */
  run(): () => void {
    const look = (): void => {
      if (!document.hidden) this.askNow();
    };
    document.addEventListener('visibilitychange', look);
    addEventListener('online', look);
    void this.ask();
    return () => {
      this.isStopped = true;
      clearTimeout(this.timer);
      document.removeEventListener('visibilitychange', look);
      removeEventListener('online', look);
    };
  }

  /** Asks at once, whatever came of the last time. */
  askNow = (): void => this.soon(0);

  private soon(afterMs: number): void {
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => void this.ask(), afterMs);
  }

  private async ask(): Promise<void> {
    const { api, clock } = { api: this.screen.desk.parts.api, clock: this.screen.desk.clock };
    try {
      const board = await api.getWallboard();
      clock.observe(board.server_time);
      this.board = board;
      this.hasFailed = false;
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.hasFailed = true;
    }
    // Nobody looks at a hidden page; it asks at once when it is shown.
    if (!document.hidden) this.soon(this.hasFailed ? AFTER_FAILURE_MS : EVERY_MS);
  }
}
