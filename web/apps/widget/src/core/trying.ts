/** Work that is done again and again until it succeeds. */
import { Refusal } from './api';
import { pauseMs } from './backoff';

export interface TryingParts {
  work(): Promise<void>;
  onDone(): void;
  /** It is tried again later. */
  onFailed(): void;
  /** It is not: the server will never do it. */
  onRefused(refusal: Refusal): void;
}

export class Trying {
  private failures = 0;
  private isBusy = false;
  private isDue = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: TryingParts) {}

  /** Once more, now; what is under way already is followed by it. */
  async now(): Promise<void> {
    this.isDue = true;
    if (this.isBusy) return;
    this.isBusy = true;
    clearTimeout(this.timer);
    try {
      while (this.isDue) {
        this.isDue = false;
        await this.parts.work();
      }
      this.failures = 0;
      this.parts.onDone();
    } catch (error) {
      this.postpone(error);
    } finally {
      this.isBusy = false;
    }
  }

  private postpone(error: unknown): void {
    const refusal = error instanceof Refusal ? error : null;
    if (refusal !== null && !refusal.isTransient) return this.parts.onRefused(refusal);
    this.timer = setTimeout(() => void this.now(), pauseMs(this.failures, refusal?.retryAfterSeconds));
    this.failures += 1;
    this.parts.onFailed();
  }
}
