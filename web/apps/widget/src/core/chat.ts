/** The chat of one visitor: what was said, what is on its way, and how the connection is. */
import type { ConversationView, EventFrame, GivenForm, MessageView } from '@halfminute/api';
import { Api, Refusal } from './api';
import { Link } from './link';
import { openKeeping } from './keeping';
import { Outbox, type Item } from './outbox';
import { EMPTY, type State } from './state';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const QUEUE_LOOK_MS = 10_000;

const streamOf = (conversation: ConversationView | null): string =>
  conversation === null ? '' : `conversation:${conversation.id}`;

export class Chat {
  state: State = EMPTY;
  /** Whether the page around us shows the chat. */
  isShown = true;
  onChange: () => void = () => undefined;
  onHeard: (message: MessageView) => void = () => undefined;

  private readonly api: Api;
  private readonly keeping = openKeeping();
  private readonly outbox: Outbox;
  private readonly link: Link;
  /** What the server has, though the browser may not have let it go yet. */
  private readonly received = new Set<string>();
  private seq = 0;
  private failures = 0;
  private isSending = false;
  private resend: ReturnType<typeof setTimeout> | undefined;
  private look: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly widgetId: string,
    private readonly language: string,
  ) {
    this.api = new Api(widgetId);
    this.outbox = new Outbox(this.keeping, `halfminute.${widgetId}.unsent.`);
    this.keeping.onForeignChange = () => void this.readItems();
    this.link = new Link({
      getTicket: () => this.api.getTicket(),
      lastSeq: (stream) => (stream === streamOf(this.state.conversation) ? this.seq : 0),
      onEvent: (frame) => this.apply(frame),
      onPhase: (phase) => this.set({ phase }),
      onTorn: () => void this.read(),
    });
  }

  async start(): Promise<void> {
    this.set({ trouble: null });
    try {
      this.api.token = await this.keeping.get(this.key);
      this.set({ widget: await this.api.getWidget() });
      if (this.api.token !== null) await this.read();
      this.set({ isLoaded: true });
    } catch (error) {
      this.set({ trouble: error instanceof Refusal ? error.code : 'failed' });
      return;
    }
    addEventListener('online', () => void this.flush());
    await this.readItems();
    void this.flush();
  }

  /** Kept before it is sent: from here on it cannot be lost. */
  async say(text: string): Promise<void> {
    const item: Item = {
      client_id: crypto.randomUUID(),
      text,
      created_at: new Date().toISOString(),
      refused: null,
    };
    if (this.state.filled !== null) item.form = this.state.filled;
    await this.put(item);
    this.set({ filled: null });
  }

  /** What is filled in goes with the first words. */
  fill(filled: GivenForm): void {
    this.set({ filled });
  }

  async again(item: Item): Promise<void> {
    await this.put({ ...item, refused: null });
  }

  async drop(item: Item): Promise<void> {
    await this.outbox.remove(item.client_id);
    await this.readItems();
  }

  async readEarlier(): Promise<void> {
    const { thread } = await this.api.getThread(this.state.messages[0]?.id);
    this.set({
      messages: [...thread.items, ...this.state.messages],
      hasEarlier: thread.has_more,
    });
  }

  show(isShown: boolean): void {
    this.isShown = isShown && document.visibilityState === 'visible';
    this.onChange();
  }

  /** The end of the thread is in view: its words are read if anything is. */
  confirmRead(): void {
    if (!this.isShown || document.visibilityState !== 'visible') return;
    const newest = this.state.messages.findLast((message) => message.direction === 'out');
    if (newest === undefined || newest.delivery === 'read') return;
    void this.api.confirm(newest, true).catch(() => undefined);
  }

  private get key(): string {
    return `halfminute.${this.widgetId}.visit`;
  }

  protected set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.onChange();
  }

  private async put(item: Item): Promise<void> {
    await this.outbox.put(item);
    await this.readItems();
    void this.flush();
  }

  private async readItems(): Promise<void> {
    this.setItems(await this.outbox.list());
  }

  private setItems(items: readonly Item[]): void {
    this.set({ items: items.filter((item) => !this.received.has(item.client_id)) });
  }

  private async read(): Promise<void> {
    try {
      const { thread, token } = await this.api.getThread();
      if (token !== null) this.keepToken(token);
      this.seq = thread.stream_seq;
      this.set({
        messages: thread.items,
        hasEarlier: thread.has_more,
        conversation: thread.conversation,
        ahead: thread.ahead,
      });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      // The visit has ended: what is said next begins another.
      this.keepToken(null);
      this.set({ messages: [], conversation: null, ahead: null, hasEarlier: false });
      return;
    }
    if (this.state.conversation !== null) this.link.connect();
    this.lookAtQueue();
  }

  private keepToken(token: string | null): void {
    this.api.token = token;
    void (token === null ? this.keeping.remove(this.key) : this.keeping.set(this.key, token));
  }

  private async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.resend);
    try {
      let next: Item | undefined;
      while ((next = await this.next()) !== undefined) await this.send(next);
      this.failures = 0;
    } catch (error) {
      this.postpone(error);
    } finally {
      this.isSending = false;
    }
  }

  private async next(): Promise<Item | undefined> {
    await this.readItems();
    return this.state.items.find((item) => item.refused === null);
  }

  /** Throws what makes it wait; what the server will never take is kept beside its reason. */
  private async send(item: Item): Promise<void> {
    // Another tab may have begun the visit while this one was open.
    this.api.token ??= await this.keeping.get(this.key);
    if (this.api.token === null) {
      this.keepToken((await this.api.beginVisit()).token);
    }
    try {
      const said = await this.api.say({
        client_id: item.client_id,
        text: item.text,
        language: this.language,
        ...(item.form && { form: item.form }),
      });
      this.received.add(item.client_id);
      this.takeSaid(said.message);
      await this.outbox.remove(item.client_id);
    } catch (error) {
      if (!(error instanceof Refusal) || error.isTransient) throw error;
      if (error.status === 401) {
        this.keepToken(null);
        throw error;
      }
      await this.outbox.put({ ...item, refused: error.code });
    }
  }

  private takeSaid(message: MessageView): void {
    this.setItems(this.state.items);
    this.upsert(message);
    if (message.conversation_id !== this.state.conversation?.id) void this.read().catch(() => undefined);
  }

  private postpone(error: unknown): void {
    const asked = error instanceof Refusal ? error.retryAfterSeconds * 1000 : 0;
    const limit = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    this.resend = setTimeout(() => void this.flush(), Math.max(asked, Math.random() * limit));
  }

  private apply(frame: EventFrame): void {
    if (frame.seq <= this.seq) return;
    this.seq = frame.seq;
    const { conversation, message } = frame.data;
    if (conversation !== undefined) this.set({ conversation });
    if (message !== undefined) this.upsert(message);
    if (frame.event === 'ReplyQueued' && message !== undefined) this.onHeard(message);
    this.lookAtQueue();
  }

  private upsert(message: MessageView): void {
    const others = this.state.messages.filter((other) => other.id !== message.id);
    const messages = [...others, message].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.set({ messages });
  }

  /** The place in the queue is no fact of our stream: it is asked for while we wait. */
  private lookAtQueue(): void {
    clearTimeout(this.look);
    const state = this.state.conversation?.state;
    if (state !== 'queued' && state !== 'offered') {
      if (this.state.ahead !== null) this.set({ ahead: null });
      return;
    }
    this.look = setTimeout(() => {
      void this.api
        .getThread()
        .then(({ thread }) => this.set({ ahead: thread.ahead }))
        .catch(() => undefined)
        .finally(() => this.lookAtQueue());
    }, QUEUE_LOOK_MS);
  }
}
