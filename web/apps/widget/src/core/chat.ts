/** The chat of one visitor: what was said, what is on its way, and how the connection is. */
import type { EventFrame, GivenForm, MessageView, ThreadView } from '@halfminute/api';
import { Api, Refusal } from './api';
import { lookForAttendance, type AttendanceParts } from './attendance';
import { Deeds } from './deeds';
import { Hearing } from './hearing';
import { openKeeping } from './keeping';
import { Looking } from './looking';
import { Outbox, type Item } from './outbox';
import { openParcels, type Parcels } from './parcels';
import { findUnread } from './reading';
import { Sending } from './sending';
import { EMPTY, NO_THREAD, type State } from './state';
import { newestAnswer, streamOf, withFrame, withMessage, withThread } from './thread';
import { Trying } from './trying';
import { OwnTyping, TheirTyping } from './typing';
import { Visit } from './visit';

export class Chat {
  state: State = EMPTY;
  onChange: () => void = () => undefined;
  onHeard: (message: MessageView) => void = () => undefined;
  /** All that we have said was read, here or in another tab. */
  onRead: () => void = () => undefined;

  readonly api: Api;
  readonly parcels: Parcels;
  readonly deeds: Deeds;
  readonly typing: OwnTyping;
  /** What the pieces of the chat have of it. */
  private readonly own: AttendanceParts;
  private readonly theirTyping = new TheirTyping((isAgentTyping) => this.set({ isAgentTyping }));
  private readonly keeping = openKeeping();
  readonly visit: Visit;
  private readonly sending: Sending;
  private readonly hearing: Hearing;
  private readonly loading = new Trying({
    work: () => this.readAll(),
    onDone: () => {
      this.set({ isLoaded: true, isUnheard: false, trouble: null });
      void this.sending.flush();
    },
    onFailed: () => this.set({ isUnheard: true }),
    // Only what the server refuses for good closes the chat.
    onRefused: ({ code }) => this.set({ trouble: code }),
  });
  private seq = 0;
  private isOpen = true;
  private readonly looking = new Looking(
    () => this.api.getThread(),
    (seen) => this.takeThread(seen),
  );

  /** `isTold`: the page says who its user is. */
  constructor(widgetId: string, language: string, isTold = false) {
    const prefix = `halfminute.${widgetId}.`;
    const api = (this.api = new Api(widgetId));
    const { keeping } = this;
    const outbox = new Outbox(keeping, `${prefix}unsent.`);
    const parcels = (this.parcels = openParcels(api, keeping, outbox, prefix, () => this.onChange()));
    this.visit = new Visit({
      api,
      keeping,
      outbox,
      prefix,
      isTold,
      onLeft: () => this.leave(),
      onForgotten: () => void this.sending.readItems(),
    });
    this.sending = new Sending({
      api,
      outbox,
      parcels,
      visit: this.visit,
      language,
      onItems: (items) => this.set({ items }),
      onSaid: (message) => this.takeSaid(message),
      onUnheard: (isUnheard) => isUnheard !== this.state.isUnheard && this.set({ isUnheard }),
      onVisitLost: () => this.leave(),
      askForVisit: () => this.askForVisit(),
    });
    const set = (change: Partial<State>): void => this.set(change);
    const state = (): State => this.state;
    this.own = { api, state, set, isShown: () => this.isShown };
    this.deeds = new Deeds({ ...this.own, keeping, prefix, language });
    this.typing = new OwnTyping(api.showTyping);
    this.keeping.onForeignChange = () => void this.readKept();
    this.hearing = new Hearing({
      getTicket: () => this.api.getTicket(),
      stream: () => streamOf(this.state.conversation),
      seq: () => this.seq,
      onEvent: (frame) => this.apply(frame),
      onAside: (frame) => {
        if (frame.stream !== streamOf(this.state.conversation)) return;
        if (frame.type === 'typing') this.theirTyping.hear(frame.is_typing);
        else this.set({ place: frame.position === null ? null : frame });
      },
      // Who hears nothing knows no place; it is told anew.
      onPhase: (phase) => this.set({ phase, ...(phase !== 'live' && { place: null }) }),
      onNews: () => void this.load(),
      onTorn: () => {
        this.seq = 0;
        void this.load();
      },
      onTurn: () => void this.sending.flush(),
    });
  }

  /** What is kept is shown before anything is asked: one can write while the server is down. */
  async start(): Promise<void> {
    for (const event of ['online', 'pageshow', 'focus']) addEventListener(event, () => this.wake());
    document.addEventListener('visibilitychange', () => this.wake());
    this.hearing.join();
    lookForAttendance(this.own);
    await this.readKept();
    await this.load();
  }

  /** Reads the thread anew; comes back by itself until the server has answered. */
  load(): Promise<void> {
    return this.loading.now();
  }

  /** The page has something to say of its user: until it is known who it is, nothing is shown. */
  identify(): Promise<void> {
    this.visit.ask();
    this.set({ isLoaded: false });
    return this.load();
  }

  /** `beside` are a sticker, or the message that it answers. */
  async say(text: string, files: readonly File[] = [], beside: Partial<Item> = {}): Promise<void> {
    const { filled } = this.state;
    this.typing.sent();
    await this.sending.put({ ...this.parcels.pack(text, files), ...beside, ...(filled && { form: filled }) });
    this.set({ filled: null, notice: null });
  }

  /** What is filled in goes with the first words. */
  fill(filled: GivenForm): void {
    this.set({ filled });
  }

  /** Anew, with other files where some are given. */
  again(item: Item, files?: readonly File[]): Promise<void> {
    return this.sending.put(files === undefined ? { ...item, refused: null } : this.parcels.repack(item, files));
  }

  drop(item: Item): Promise<void> {
    this.parcels.cancel(item);
    return this.sending.drop(item);
  }

  async readEarlier(): Promise<void> {
    const { count } = this.visit;
    const { thread } = await this.api.getThread(this.state.messages[0]?.id);
    if (count !== this.visit.count) return;
    this.set({ messages: [...thread.items, ...this.state.messages], hasEarlier: thread.has_more });
  }

  /** Whether somebody can see the chat. */
  get isShown(): boolean {
    return this.isOpen && document.visibilityState === 'visible';
  }

  /** The page around us shows the chat, or hides it. */
  show(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.onChange();
  }

  /** The end of the thread is in view: its words are read if anything is. */
  confirmRead(): void {
    if (!this.isShown) return;
    const unread = findUnread(this.state.messages);
    if (unread !== undefined) void this.api.confirm(unread, true).catch(() => undefined);
  }

  protected set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.onChange();
  }

  /** What all tabs share: their unsent words and the visit, which another of them may have begun, or ended
   * because somebody else is here. */
  private async readKept(): Promise<void> {
    const hadVisit = this.api.token !== null;
    const isOther = await this.visit.take();
    if (isOther && hadVisit) this.visit.leave();
    await this.sending.readItems();
    if (isOther && this.state.isLoaded) await this.load();
    if (this.hearing.isLeader) this.sending.help();
  }

  /** The tab is looked at again, or the network is back. */
  private wake(): void {
    this.onChange();
    if (document.visibilityState === 'hidden') return;
    this.hearing.wake();
    if (this.state.isUnheard) void this.load();
  }

  /** The tab that leads begins it; whether that is another one. */
  private askForVisit(): boolean {
    if (!this.hearing.isLeader) this.hearing.tellNews();
    return !this.hearing.isLeader;
  }

  private async readAll(): Promise<void> {
    this.set({ widget: this.state.widget ?? (await this.api.getWidget()) });
    await this.visit.settle();
    if (this.api.token === null) await this.visit.take();
    if (this.api.token === null) return;
    const { count } = this.visit;
    try {
      const seen = await this.api.getThread();
      if (count === this.visit.count) this.takeThread(seen);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      await this.visit.renew();
      if (this.api.token === null) this.leave();
      else await this.load();
    }
  }

  private leave(): void {
    this.seq = 0;
    this.hearing.leave();
    this.looking.stop();
    this.set(NO_THREAD);
    void this.sending.readItems();
  }

  private takeThread({ thread, token }: ThreadView): void {
    if (token !== null) this.visit.keep(token);
    const { conversation, isLoaded } = this.state;
    // Frames that came in the meantime may have told more than this answer.
    if (thread.conversation?.id !== conversation?.id || thread.stream_seq >= this.seq) {
      const known = newestAnswer(this.state.messages);
      this.seq = thread.stream_seq;
      this.set(withThread(this.state, thread));
      const newest = newestAnswer(this.state.messages);
      if (isLoaded && newest !== undefined && newest.id !== known?.id) this.onHeard(newest);
      if (newest?.delivery === 'read') this.onRead();
    }
    this.hearing.follow();
    this.looking.goOn(() => this.state);
  }

  private takeSaid(message: MessageView): void {
    this.set({ messages: withMessage(this.state.messages, message) });
    if (message.conversation_id === this.state.conversation?.id) return;
    this.hearing.tellNews();
    void this.load();
  }

  private apply(frame: EventFrame): void {
    if (frame.seq <= this.seq) return;
    this.seq = frame.seq;
    this.set(withFrame(this.state, frame));
    const { message } = frame.data;
    if (frame.event === 'MessageReceived') this.sending.see(message?.parts[0]);
    if (frame.event === 'ReplyQueued' && message !== undefined) {
      this.theirTyping.hear(false);
      this.onHeard(message);
    }
    if (newestAnswer(this.state.messages)?.delivery === 'read') this.onRead();
    this.looking.goOn(() => this.state);
  }
}
