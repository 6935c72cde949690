/** Something a panel reads for itself: shown when it is there, and read again without a word when
 * the connection that failed it is back. */
import { isApiError } from '@halfminute/api';
import type { Desk } from '../core/desk';

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  /** The last attempt failed, and no later one has succeeded. */
  hasFailed = $state(false);
  private isWorthRetrying = false;
  private turn = 0;

  /** To be made while a component is set up: it listens to the desk as long as that one lives. */
  constructor(
    desk: Desk,
    private readonly read: () => Promise<T>,
  ) {
    $effect(() =>
      desk.onReachable(() => {
        if (this.isWorthRetrying) void this.load();
      }),
    );
  }

  load = async (): Promise<void> => {
    this.turn += 1;
    const turn = this.turn;
    this.isWorthRetrying = false;
    try {
      const value = await this.read();
      if (turn !== this.turn) return;
      this.value = value;
      this.hasFailed = false;
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (turn !== this.turn) return;
      this.hasFailed = true;
      this.isWorthRetrying = error.isTransient;
    }
  };
}
