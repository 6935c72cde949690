/** The desk without its screen: state, socket, outbox and drafts tied together. Screens read
 * `snapshot`, are told of changes, and call the verbs of `commands` and `reading`. */
import { isApiError, type ApiClient, type EventFrame } from '@halfminute/api';
import { Attachments } from './attachments';
import { withAnswer, withDraft, withoutConversation } from './answers';
import { applyEvents } from './apply';
import { fullJitter } from './backoff';
import { ServerClock } from './clock';
import { Commands } from './commands';
import { ContactTyping } from './contactTyping';
import { Drafts } from './drafts';
import { conversationStream } from './editing';
import { LostDrafts } from './lostDrafts';
import { Outbox } from './outbox';
import type { OutboxStore } from './outboxStore';
import { Reading } from './reading';
import { Realtime, type Link, type Socket } from './realtime';
import { followedIds } from './consults';
import { stateFrom, type DeskState } from './state';
import { EMPTY_SNAPSHOT, type DeskSnapshot } from './snapshot';
import type { Storage } from './storage';
import { uuid7 } from './uuid7';

export interface DeskParts {
  api: ApiClient;
  openSocket(): Socket;
  storage: Storage;
  outboxStore: OutboxStore;
  userId: string;
  /** Shows no file of this computer any more that was sent, or waited, in the conversation. */
  forgetFiles(conversationId: string, waiting: readonly Blob[]): void;
  now(): number;
  random(): number;
}

export type EventListener = (frames: readonly EventFrame[], before: DeskState, after: DeskState) => void;

const CONVERSATION_STREAM = /^conversation:(.+)$/;

export class Desk {
  snapshot: DeskSnapshot = EMPTY_SNAPSHOT;
  readonly clock: ServerClock;
  readonly commands: Commands;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly attachments: Attachments;
  readonly lostDrafts: LostDrafts;
  private readonly contactTyping: ContactTyping;
  private readonly realtime: Realtime;
  private readonly listeners = new Set<() => void>();
  private readonly eventListeners = new Set<EventListener>();
  private readonly reachableListeners = new Set<() => void>();
  private loadTimer: ReturnType<typeof setTimeout> | null = null;
  private loadAttempt = 0;
  private isStopped = false;
  private isLoading = false;

  constructor(readonly parts: DeskParts) {
    this.clock = new ServerClock(parts.now);
    this.realtime = new Realtime({
      openSocket: parts.openSocket,
      now: parts.now,
      random: parts.random,
      lastSeq: (stream) => this.snapshot.state?.streams.get(stream),
      onEvents: (events) => this.takeIn(events),
      onTyping: (frame) => this.contactTyping.hear(frame),
      onServerTime: (serverTime) => this.clock.observe(serverTime),
      onRefused: (stream) => this.refused(stream),
      onLink: (link) => this.linkChanged(link),
    });
    this.contactTyping = new ContactTyping(this);
    this.reading = new Reading(this);
    this.onReachable(() => this.reading.retryFailed());
    this.commands = new Commands(this);
    this.outbox = new Outbox({
      ...parts,
      store: parts.outboxStore,
      send: (item) => this.commands.sendItem(item),
      onSent: (_item, message) => this.change((state) => withAnswer(state, message)),
      onChange: (outbox) => this.update({ outbox }),
      onSignedOut: () => this.signedOut(),
    });
    this.lostDrafts = new LostDrafts({ ...parts, onChange: (lostDrafts) => this.update({ lostDrafts }) });
    this.drafts = new Drafts({
      ...parts,
      save: (id, text, version) => parts.api.saveDraft(id, text, version),
      load: async (id) => (await parts.api.getConversation(id)).draft,
      onSaved: (id, draft) => this.change((state) => withDraft(state, id, draft)),
      onRefused: (id, text) => this.lostDrafts.keepRefused(this.snapshot.state, id, text),
      onConflict: (id, theirs) =>
        this.update({ draftConflicts: new Map(this.snapshot.draftConflicts).set(id, theirs) }),
    });
    this.attachments = new Attachments({
      upload: parts.api.upload,
      look: parts.api.getFileAddress,
      remove: parts.api.removeFile,
      onChange: (attachments) => this.update({ attachments }),
      makeId: () => uuid7(this.clock.now()),
      random: parts.random,
    });
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onEvents(listener: EventListener): () => void {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  }

  /** Told whenever the server shows that it can be asked: what failed for want of it is due. */
  onReachable(listener: () => void): () => void {
    this.reachableListeners.add(listener);
    return () => this.reachableListeners.delete(listener);
  }

  async start(): Promise<void> {
    if (!(await this.load())) return;
    this.realtime.start();
    void this.outbox.start();
    this.lostDrafts.start();
    this.drafts.start();
  }

  stop(): void {
    this.isStopped = true;
    if (this.loadTimer !== null) clearTimeout(this.loadTimer);
    this.realtime.stop();
    this.outbox.stop();
    this.drafts.stop();
    this.attachments.stop();
  }

  /** Tries at once what waits for its next attempt. */
  retryNow(): void {
    if (this.snapshot.state === null) void this.start();
    else this.realtime.retryNow();
    this.outbox.sendAll();
    this.attachments.retryBroken();
  }

  change(next: (state: DeskState) => DeskState): void {
    if (this.snapshot.state === null) return;
    const state = next(this.snapshot.state);
    if (state !== this.snapshot.state) this.update({ state });
    this.followOwn();
  }

  update(change: Partial<DeskSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.listeners) listener();
  }

  follow(conversationId: string): void {
    this.realtime.follow(conversationStream(conversationId));
  }

  signedOut(): void {
    this.stop();
    this.update({ isSignedOut: true });
  }

  private async load(): Promise<boolean> {
    if (this.loadTimer !== null) clearTimeout(this.loadTimer);
    if (this.isLoading) return false;
    this.isLoading = true;
    try {
      const view = await this.parts.api.getDesk();
      this.clock.observe(view.server_time);
      this.loadAttempt = 0;
      this.update({ state: stateFrom(view), loadError: null });
      for (const [id, draft] of Object.entries(view.drafts)) this.drafts.know(id, draft.version);
      for (const stream of Object.keys(view.streams)) this.realtime.follow(stream);
      this.followOwn();
      return true;
    } catch (error) {
      this.loadFailed(error);
      return false;
    } finally {
      this.isLoading = false;
    }
  }

  private loadFailed(error: unknown): void {
    if (!isApiError(error)) throw error;
    if (error.kind === 'signed_out') {
      this.signedOut();
      return;
    }
    this.update({ loadError: error });
    this.loadLater();
  }

  private loadLater(): void {
    const pause = 500 + fullJitter(this.loadAttempt, this.parts.random);
    this.loadAttempt += 1;
    if (!this.isStopped) this.loadTimer = setTimeout(() => void this.start(), pause);
  }

  private takeIn(events: EventFrame[]): string[] {
    const before = this.snapshot.state;
    if (before === null) return [];
    const { state, fresh, gaps } = applyEvents(before, events);
    if (state !== before) {
      this.update({ state });
      this.followOwn();
      for (const listener of this.eventListeners) listener(fresh, before, state);
    }
    return gaps;
  }

  /** Follows each conversation that became ours, and leaves those that are neither ours nor open. */
  private followOwn(): void {
    const state = this.snapshot.state;
    if (state === null) return;
    const own = new Set(followedIds(state));
    for (const id of own) this.reading.ensure(id);
    this.reading.ensureOpen();
    for (const stream of state.streams.keys()) {
      const id = CONVERSATION_STREAM.exec(stream)?.[1];
      if (id === undefined || own.has(id) || this.reading.isOpen(id)) continue;
      this.realtime.unfollow(stream);
      this.update({ state: withoutConversation(this.snapshot.state as DeskState, id) });
    }
  }

  private refused(stream: string): void {
    const id = CONVERSATION_STREAM.exec(stream)?.[1];
    if (id === undefined) {
      this.loadLater();
      return;
    }
    this.change((state) => withoutConversation(state, id));
    if (this.reading.isOpen(id)) void this.reading.reload(id);
  }

  private linkChanged(link: Link): void {
    const before = this.snapshot.link;
    const isOpen = link.phase === 'open';
    this.update({ link });
    if (link.phase === 'signed_out') this.signedOut();
    const cameBack = isOpen && before.phase !== 'open';
    if (cameBack) {
      this.outbox.sendAll();
      this.attachments.retryBroken();
    }
    // Also without a break in the line: a database may be away while the server is there.
    const isHeard = isOpen && link.lastLiveAt !== before.lastLiveAt;
    if (cameBack || isHeard) for (const listener of this.reachableListeners) listener();
  }
}
