/** All tabs of a browser that show the chat: one of them, the leader, holds the connection and tells the
 * others what it hears.
 *
 * Who leads is decided by a lock of the page around us, for a frame of another site may be given none; the
 * page also carries what tabs tell each other (`loader.ts`). A leader that is closed leaves its lock to the
 * next. One that is frozen or hangs does not answer, and the lock is taken from it. Nothing hangs on what
 * tabs tell: who notices that it has missed something reads the thread anew. Without locks each tab leads. */
import type { EventFrame } from '@halfminute/api';
import type { Aside, Phase } from './link';

/** How the leader stands: on which stream, how far, and how well it hears. */
export interface Standing {
  phase: Phase;
  stream: string;
  seq: number;
  place?: Aside | undefined;
}

/** What tabs tell each other. `before` is the seq of the frame that the leader had before this one. */
type Told =
  | { type: 'frame'; frame: EventFrame; before: number }
  | ({ type: 'standing' } & Standing)
  | { type: 'aside'; frame: Aside }
  | { type: 'ask' }
  | { type: 'news' };

export interface TabsParts {
  /** From now on this tab holds the connection, or no longer. */
  onLead(isLeader: boolean): void;
  onFrame(frame: EventFrame, before: number): void;
  onAside(frame: Aside): void;
  onStanding(standing: Standing): void;
  /** Another tab has done what we must read of: written, or begun a conversation. */
  onNews(): void;
  standing(): Standing;
}

/** A page that does not answer so long has no loader of ours. */
const PATIENCE_MS = 2000;
const LOOK_MS = 10_000;
/** A leader that does not answer so long hears nothing for us either. */
const ANSWER_MS = 3000;

export class Tabs {
  isLeader = false;
  private doubt: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: TabsParts) {}

  /** Be one of the tabs; `onLead` tells when it is this one's turn. */
  join(): void {
    if (parent === window) return this.lead(true);
    const patience = setTimeout(() => this.lead(true), PATIENCE_MS);
    addEventListener('message', ({ source, data }) => {
      const heard = data as { halfminute?: unknown; isLeader?: unknown; told?: Told } | null;
      if (source !== parent) return;
      if (heard?.halfminute === 'joined') clearTimeout(patience);
      if (heard?.halfminute === 'lead') this.lead(heard.isLeader === true);
      if (heard?.halfminute === 'told' && heard.told !== undefined) this.hear(heard.told);
    });
    this.ask('join');
    setInterval(() => this.wake(), LOOK_MS);
  }

  /** Does the leader still live? Only a tab that is looked at takes its place. */
  wake(): void {
    if (this.isLeader || document.visibilityState === 'hidden') return;
    this.tell({ type: 'ask' });
    this.doubt ??= setTimeout(() => {
      this.doubt = undefined;
      if (!this.isLeader) this.ask('join', { isStealing: true });
    }, ANSWER_MS);
  }

  tell(told: Told): void {
    this.ask('tell', { told });
  }

  private ask(wish: string, detail: object = {}): void {
    if (parent !== window) parent.postMessage({ halfminute: wish, ...detail }, '*');
  }

  private lead(isLeader: boolean): void {
    const wasLeader = this.isLeader;
    this.isLeader = isLeader;
    if (isLeader) this.trust();
    if (isLeader !== wasLeader) this.parts.onLead(isLeader);
    if (!isLeader) this.ask('join');
  }

  private hear(told: Told): void {
    if (told.type === 'news') this.parts.onNews();
    else if (this.isLeader) {
      if (told.type === 'ask') this.tell({ type: 'standing', ...this.parts.standing() });
    } else if (told.type !== 'ask') {
      this.trust();
      if (told.type === 'frame') this.parts.onFrame(told.frame, told.before);
      else if (told.type === 'aside') this.parts.onAside(told.frame);
      else this.parts.onStanding(told);
    }
  }

  private trust(): void {
    clearTimeout(this.doubt);
    this.doubt = undefined;
  }
}
