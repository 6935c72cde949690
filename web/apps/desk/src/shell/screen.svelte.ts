/** The desk as components see it: the core's snapshot made reactive, the running clock, and what is
 * open on the screen. */
import type { ConversationView, SessionView } from '@halfminute/api';
import { getContext, setContext } from 'svelte';
import type { Desk } from '../core/desk';
import { EMPTY_SNAPSHOT, isLive, type DeskSnapshot } from '../core/snapshot';
import { isHeldBy } from '../core/state';
import { route, type Tab } from './route.svelte';

const TICK_MS = 500;
const NARROW = matchMedia('(max-width: 760px)');
const CONTEXT = Symbol('screen');

export type Dialog = 'agents' | 'calendars' | 'channels' | 'close' | 'consult' | 'help' | 'queues' | 'skills' | 'transfer' | 'why' | 'widget' | null;
export type Mode = 'reply' | 'note';

export class Screen {
  snapshot = $state.raw<DeskSnapshot>(EMPTY_SNAPSHOT);
  /** The server's time in milliseconds, half a second exact. */
  now = $state(0);
  localNow = $state(Date.now());
  isOnline = $state(navigator.onLine);
  /** The page is looked at. */
  isAttended = $state(!document.hidden);
  /** One pane at a time: the list, the thread and the contact are pages. */
  isNarrow = $state(NARROW.matches);
  dialog = $state<Dialog>(null);
  /** Whose settings the dialog `widget` has. */
  /** Of the dialog `widget`; null: one that is to be made. */
  widgetId = $state<string | null>(null);
  /** On a narrow screen the contact is a page of its own. */
  isPanelPage = $state(false);
  /** The list's conversations from top to bottom, as shown. */
  visibleIds: string[] = [];
  /** What a screen reader hears next. */
  politeWords = $state('');
  /** Where the next words go: its composer takes the focus as soon as it is there. */
  writing = $state.raw<{ conversationId: string; mode: Mode } | null>(null);
  /** Opens the stickers of the open conversation; null where none can be sent. */
  chooseSticker: (() => void) | null = null;
  focusSearch: (() => void) | null = null;

  state = $derived(this.snapshot.state);
  isLive = $derived(this.isOnline && isLive(this.snapshot.link, this.localNow));
  tab = $derived<Tab>(route.place.tab);
  openId = $derived(route.place.conversationId);
  isWallboard = $derived(route.place.isWallboard && this.may('report.read'));
  /** The wallboard fills the screen, for a wall: nothing else is shown. */
  isWall = $state(false);
  open = $derived<ConversationView | null>(
    this.openId === null ? null : (this.state?.conversations.get(this.openId) ?? null),
  );

  constructor(
    readonly desk: Desk,
    readonly session: SessionView,
  ) {
    this.snapshot = desk.snapshot;
    this.now = desk.clock.now();
  }

  /** Runs until the returned function is called. */
  run(): () => void {
    const stopListening = this.desk.subscribe(() => (this.snapshot = this.desk.snapshot));
    const timer = setInterval(() => this.tick(), TICK_MS);
    const online = (): void => this.online(navigator.onLine);
    const seen = (): void => void (this.isAttended = !document.hidden);
    const sized = (): void => void (this.isNarrow = NARROW.matches);
    NARROW.addEventListener('change', sized);
    addEventListener('online', online);
    addEventListener('offline', online);
    document.addEventListener('visibilitychange', seen);
    void this.desk.start();
    return () => {
      stopListening();
      clearInterval(timer);
      NARROW.removeEventListener('change', sized);
      removeEventListener('online', online);
      removeEventListener('offline', online);
      document.removeEventListener('visibilitychange', seen);
      this.desk.stop();
    };
  }

  private tick(): void {
    this.now = this.desk.clock.now();
    this.localNow = Date.now();
  }

  private online(isOnline: boolean): void {
    this.isOnline = isOnline;
    if (isOnline) this.desk.retryNow();
  }

  show(conversationId: string | null, tab: Tab = this.tab): void {
    this.isPanelPage = false;
    route.go(tab, conversationId);
  }

  showWallboard(): void {
    if (this.may('report.read')) route.goToWallboard();
  }

  write(conversationId: string | null, mode: Mode): void {
    if (conversationId !== null) this.writing = { conversationId, mode };
  }

  isMine(conversation: ConversationView): boolean {
    return isHeldBy(conversation, this.session.user.id);
  }

  may(permission: SessionView['permissions'][number]): boolean {
    return this.session.permissions.includes(permission);
  }

  secondsSince(at: string): number {
    return Math.max(0, (this.now - Date.parse(at)) / 1000);
  }

  targetOf(conversation: ConversationView): number {
    const queue = conversation.queue_id ? this.state?.queues.get(conversation.queue_id) : undefined;
    return queue?.target_seconds ?? 30;
  }

  queueName(id: string | null): string {
    return (id ? this.state?.queues.get(id)?.name : undefined) ?? '';
  }

  announce(text: string): void {
    this.politeWords = text;
  }
}

export function provideScreen(screen: Screen): Screen {
  return setContext(CONTEXT, screen);
}

export function useScreen(): Screen {
  return getContext<Screen>(CONTEXT);
}
