/** Copies of a state's collections that may be changed until they become the next state. */
import type { ConversationView, MessageView } from '@halfminute/api';
import { EMPTY_THREAD, isHeldBy, isWaiting, type DeskState, type WaitingList } from './state';
import { upsertMessage } from './threads';

type Mutable<M> = M extends ReadonlyMap<infer K, infer V> ? Map<K, V> : M;
export type Draft = { -readonly [K in keyof DeskState]: Mutable<DeskState[K]> };

const REMEMBERED_DEPARTURES = 1000;

export function edit(state: DeskState): Draft {
  return {
    ...state,
    queues: new Map(state.queues),
    waiting: new Map(state.waiting),
    conversations: new Map(state.conversations),
    offers: new Map(state.offers),
    consults: new Map(state.consults),
    threads: new Map(state.threads),
    reads: new Map(state.reads),
    drafts: new Map(state.drafts),
    streams: new Map(state.streams),
    channels: new Map(state.channels),
    departed: new Map(state.departed),
  };
}

export const conversationStream = (id: string): string => `conversation:${id}`;

/** Why the conversation is brought: only some events say that one left which we never saw wait. */
export interface Bringer {
  hasLeftQueueUnseen: boolean;
}

function editWaiting(
  draft: Draft,
  queueId: string,
  change: (list: WaitingList, ids: Set<string>) => number,
): void {
  const list = draft.waiting.get(queueId);
  if (list === undefined) return;
  const ids = new Set(list.ids);
  const delta = change(list, ids);
  const isComplete = list.isLoaded && list.next === null;
  const count = isComplete ? ids.size : Math.max(ids.size, list.count + delta);
  draft.waiting.set(queueId, { ...list, ids, count });
}

function moveInQueues(
  draft: Draft,
  old: ConversationView | undefined,
  view: ConversationView,
  bringer: Bringer,
): void {
  const before = old !== undefined && isWaiting(old) ? old.queue_id : null;
  const after = isWaiting(view) ? view.queue_id : null;
  if (before && before !== after) {
    editWaiting(draft, before, (_list, ids) => (ids.delete(view.id) ? -1 : 0));
  }
  if (after && before !== after) {
    editWaiting(draft, after, (_list, ids) => {
      ids.add(view.id);
      return 1;
    });
  }
  const isUnseen = old === undefined && !draft.departed.has(view.id);
  if (isUnseen && !after && bringer.hasLeftQueueUnseen && view.queue_id) {
    editWaiting(draft, view.queue_id, () => -1);
  }
}

/** A view older than the one we have changes nothing: answers and frames may overtake each other. */
export function upsertConversation(
  draft: Draft,
  view: ConversationView,
  bringer: Bringer = { hasLeftQueueUnseen: false },
): void {
  const old = draft.conversations.get(view.id);
  if (old !== undefined && old.version > view.version) return;
  if ((draft.departed.get(view.id) ?? -1) > view.version) return;
  draft.conversations.set(view.id, view);
  moveInQueues(draft, old, view, bringer);
}

function isShown(draft: Draft, view: ConversationView): boolean {
  const asked = [...draft.offers.values(), ...draft.consults.values()];
  const isRinging = asked.some((each) => each.conversation_id === view.id);
  const isInList = isWaiting(view) && draft.queues.has(view.queue_id ?? '');
  return isRinging || isInList || isHeldBy(view, draft.user.id);
}

/** Forgets what is neither ours, nor rings here, nor waits in our queues, nor is open here. */
export function forgetIfDeparted(draft: Draft, id: string): void {
  const view = draft.conversations.get(id);
  if (view === undefined || isShown(draft, view)) return;
  if (draft.streams.has(conversationStream(id))) return;
  draft.conversations.delete(id);
  draft.threads.delete(id);
  draft.departed.set(id, view.version);
  if (draft.departed.size > REMEMBERED_DEPARTURES) {
    draft.departed.delete(draft.departed.keys().next().value as string);
  }
}

export function putMessage(draft: Draft, message: MessageView, seq: number): void {
  const thread = draft.threads.get(message.conversation_id) ?? EMPTY_THREAD;
  draft.threads.set(message.conversation_id, upsertMessage(thread, message, seq));
}
