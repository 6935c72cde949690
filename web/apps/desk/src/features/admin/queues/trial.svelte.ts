/** A queue's settings that are tried on the last recorded day, before they are saved. */
import { isApiError, type ApiClient, type QueueDetails, type ReplayView } from '@halfminute/api';
import type { Editing } from '../editing.svelte';
import { queueChangeOf, type QueueDraft } from './draft';

const POLL_MS = 700;

type TrialApi = Pick<ApiClient, 'requestReplay' | 'getReplay' | 'cancelReplay'>;

export class Trial {
  replay = $state.raw<ReplayView | null>(null);
  /** The code of what went wrong; empty where nothing did. */
  failure = $state('');
  message = $state('');
  isStarting = $state(false);
  /** The settings that were tried. */
  private tried = $state.raw('');
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly isRunning = $derived(this.isStarting || this.replay?.state === 'running');

  constructor(
    private readonly api: TrialApi,
    private readonly editing: Editing<QueueDetails, QueueDraft>,
  ) {}

  /** Whether the settings are other ones by now than those that were tried. */
  get isOutdated(): boolean {
    return this.replay !== null && this.tried !== JSON.stringify(this.editing.draft);
  }

  get isShown(): boolean {
    return this.isRunning || this.failure !== '' || this.replay?.state === 'done';
  }

  start = async (): Promise<void> => {
    if (this.isRunning) return;
    this.forget();
    this.isStarting = true;
    try {
      await this.editing.attempt(async (draft, details) => {
        const body = { queue_id: details.id, queue: queueChangeOf(draft, details) };
        this.tried = JSON.stringify(draft);
        this.take(await this.api.requestReplay(body));
      });
    } catch (error) {
      this.refuse(error);
    } finally {
      this.isStarting = false;
    }
  };

  /** Nobody waits for it any more, and nothing of it is shown. */
  cancel = async (): Promise<void> => {
    const running = this.replay?.state === 'running' ? this.replay.id : null;
    this.forget();
    if (running === null) return;
    try {
      await this.api.cancelReplay(running);
    } catch (error) {
      // It ends by itself; whoever tries the next meanwhile is told so.
      if (!isApiError(error)) throw error;
    }
  };

  private forget(): void {
    clearTimeout(this.timer);
    this.replay = null;
    this.failure = '';
  }

  private take(replay: ReplayView): void {
    this.replay = replay;
    if (replay.state === 'running') this.timer = setTimeout(() => void this.look(replay.id), POLL_MS);
    if (replay.state === 'failed') {
      this.failure = replay.error_code;
      this.message = replay.error_message;
    }
  }

  private async look(id: string): Promise<void> {
    try {
      const found = await this.api.getReplay(id);
      if (this.replay?.id === id) this.take(found);
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (this.replay?.id !== id) return;
      // The network is away for a while: the trial goes on.
      if (error.isTransient) this.timer = setTimeout(() => void this.look(id), 3 * POLL_MS);
      else this.refuse(error);
    }
  }

  private refuse(error: unknown): void {
    if (!isApiError(error)) throw error;
    this.replay = null;
    this.failure = error.isTransient ? 'unavailable' : error.code;
    this.message = error.message;
  }
}
