/** What a screen reads of the desk at one moment. */
import type { ApiError, DraftView } from '@halfminute/api';
import type { Trays } from './attachments';
import type { LostDraft } from './lostDrafts';
import type { OutboxItem } from './outboxStore';
import type { Link } from './realtime';
import type { DeskState } from './state';

export interface DeskSnapshot {
  state: DeskState | null;
  link: Link;
  outbox: readonly OutboxItem[];
  draftConflicts: ReadonlyMap<string, DraftView>;
  /** What was being written of conversations that somebody else has now. */
  lostDrafts: readonly LostDraft[];
  /** Files beside the words that are being written, by conversation. */
  attachments: Trays;
  /** The conversations whose contacts type just now. */
  typing: ReadonlySet<string>;
  /** Why the first snapshot could not be read; it is tried again by itself. */
  loadError: ApiError | null;
  isSignedOut: boolean;
}

export const EMPTY_SNAPSHOT: DeskSnapshot = {
  state: null,
  link: { phase: 'connecting', lastLiveAt: null, retryAt: null },
  outbox: [],
  draftConflicts: new Map(),
  lostDrafts: [],
  attachments: new Map(),
  typing: new Set(),
  loadError: null,
  isSignedOut: false,
};

/** Live: the server said within five seconds that it reads the log. */
export const FRESH_MS = 5000;

export function isLive(link: Link, now: number): boolean {
  return link.phase === 'open' && link.lastLiveAt !== null && now - link.lastLiveAt <= FRESH_MS;
}
