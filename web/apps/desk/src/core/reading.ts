/** Reads conversations, their history and the queues' waiting lists into the state, each once. */
import { isApiError, type ApiError } from '@halfminute/api';
import { withOpened, withoutConversation, withPage, withWaitingPage } from './answers';
import type { Desk } from './desk';
import { conversationStream } from './editing';

export class Reading {
  private openId: string | null = null;
  private readonly running = new Map<string, Promise<void>>();
  private readonly errors = new Map<string, ApiError>();

  constructor(private readonly desk: Desk) {}

  isOpen(id: string): boolean {
    return this.openId === id;
  }

  errorOf(id: string): ApiError | null {
    return this.errors.get(id) ?? null;
  }

  /** The conversation on the screen; what it leaves is no longer followed unless it is ours. */
  open(id: string | null): void {
    this.openId = id;
    this.desk.change((state) => state);
  }

  ensure(id: string): void {
    const state = this.desk.snapshot.state;
    const isFollowed = state?.streams.has(conversationStream(id)) ?? false;
    if (isFollowed) this.desk.follow(id);
    const isLoaded = state?.threads.get(id)?.isLoaded ?? false;
    if ((isFollowed && isLoaded) || this.errors.has(id)) return;
    void this.once(`conversation:${id}`, () => this.readConversation(id));
  }

  ensureOpen(): void {
    if (this.openId !== null) this.ensure(this.openId);
  }

  /** The connection is back: what could not be read for want of one is read now. */
  retryFailed(): void {
    for (const [id, error] of this.errors) if (error.isTransient) void this.reload(id);
  }

  async reload(id: string): Promise<void> {
    this.errors.delete(id);
    await this.once(`conversation:${id}`, () => this.readConversation(id));
  }

  async loadEarlier(id: string): Promise<void> {
    const first = this.desk.snapshot.state?.threads.get(id)?.messages[0];
    if (first === undefined) return;
    await this.once(`earlier:${id}`, async () => {
      const page = await this.desk.parts.api.listMessages(id, first.id);
      this.desk.change((state) => withPage(state, id, page));
    });
  }

  async loadWaiting(queueId: string): Promise<void> {
    const list = this.desk.snapshot.state?.waiting.get(queueId);
    if (list === undefined || (list.isLoaded && list.next === null)) return;
    await this.once(`queue:${queueId}`, async () => {
      const page = await this.desk.parts.api.listWaiting(queueId, list.next);
      this.desk.change((state) => withWaitingPage(state, queueId, page));
    });
  }

  private async readConversation(id: string): Promise<void> {
    const { api } = this.desk.parts;
    try {
      const [opened, page] = await Promise.all([api.getConversation(id), api.listMessages(id, null)]);
      if (opened.draft) this.desk.drafts.know(id, opened.draft.version);
      this.desk.change((state) => withOpened(state, opened, page));
      this.desk.follow(id);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.errors.set(id, error);
      this.desk.change((state) =>
        error.kind === 'refused' ? withoutConversation(state, id) : { ...state },
      );
    }
  }

  private async once(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.running.get(key);
    if (running !== undefined) return running;
    const promise = work().finally(() => this.running.delete(key));
    this.running.set(key, promise);
    return promise;
  }
}
