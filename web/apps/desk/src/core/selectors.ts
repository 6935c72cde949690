/** What lists and badges show, computed from the state. */
import type { ConversationView, OfferView, QueueView } from '@halfminute/api';
import { isHeldBy, type DeskState } from './state';

const time = (at: string | null): number => (at ? Date.parse(at) : Infinity);

/** Since when the customer waits for us, or null. */
export function waitingSince(conversation: ConversationView): string | null {
  if (conversation.state === 'queued' || conversation.state === 'offered') {
    return conversation.unanswered_since ?? conversation.entered_queue_at ?? conversation.queued_at;
  }
  if (conversation.state !== 'active' || conversation.awaiting !== 'agent') return null;
  return conversation.unanswered_since;
}

function urgency(a: ConversationView, b: ConversationView): number {
  return (
    time(waitingSince(a)) - time(waitingSince(b)) ||
    time(b.last_message_at) - time(a.last_message_at) ||
    (a.id < b.id ? -1 : 1)
  );
}

export interface OwnLists {
  waiting: ConversationView[];
  answered: ConversationView[];
  /** Their customers have answered nothing for so long that they take no capacity. */
  silent: ConversationView[];
  wrapUp: ConversationView[];
}

export function ownLists(state: DeskState): OwnLists {
  const lists: OwnLists = { waiting: [], answered: [], silent: [], wrapUp: [] };
  for (const view of state.conversations.values()) {
    if (!isHeldBy(view, state.user.id)) continue;
    if (view.state === 'wrap_up') lists.wrapUp.push(view);
    else if (waitingSince(view) !== null) lists.waiting.push(view);
    else if (view.silent_since !== null) lists.silent.push(view);
    else lists.answered.push(view);
  }
  for (const list of Object.values(lists) as ConversationView[][]) list.sort(urgency);
  return lists;
}

export function ownIds(state: DeskState): string[] {
  return [...state.conversations.values()]
    .filter((view) => isHeldBy(view, state.user.id))
    .map((view) => view.id);
}

export function waitingIn(state: DeskState, queueId: string): ConversationView[] {
  const list = state.waiting.get(queueId);
  const views = [...(list?.ids ?? [])]
    .map((id) => state.conversations.get(id))
    .filter((view) => view !== undefined);
  return views.sort((a, b) => time(a.queued_at) - time(b.queued_at) || (a.id < b.id ? -1 : 1));
}

/** Who has come back keeps an older place in line, and waits since then. */
function inLineSince({ queued_at, unanswered_since }: ConversationView): string | null {
  return queued_at !== null && unanswered_since !== null && time(unanswered_since) > time(queued_at)
    ? unanswered_since
    : queued_at;
}

const earliest = (moments: (string | null)[]): string | null =>
  moments.reduce((first, moment) => (time(moment) < time(first) ? moment : first), null);

export interface QueueSummary {
  queue: QueueView;
  count: number;
  longestSince: string | null;
}

export function queueSummaries(state: DeskState): QueueSummary[] {
  return [...state.queues.values()]
    .map((queue) => {
      const list = state.waiting.get(queue.id);
      const known = earliest(waitingIn(state, queue.id).map(inLineSince));
      return {
        queue,
        count: list?.count ?? queue.waiting_count,
        longestSince: list?.isLoaded ? known : (known ?? queue.longest_waiting_since),
      };
    })
    .sort((a, b) => a.queue.name.localeCompare(b.queue.name));
}

/** The offer that rings; at most one is pending for an agent, the oldest if there were more. */
export function ringingOffer(state: DeskState): OfferView | null {
  const offers = [...state.offers.values()].filter((offer) => offer.state === 'pending');
  return offers.sort((a, b) => a.number - b.number)[0] ?? null;
}

/** Messages of the customer after the last one read or answered; 1 stands for "some" while the
 * thread is not loaded. */
export function unreadCount(state: DeskState, conversation: ConversationView): number {
  const messages = state.threads.get(conversation.id)?.messages ?? [];
  const marked = state.reads.get(conversation.id) ?? '';
  const answered = messages.findLast((message) => message.direction === 'out')?.id ?? '';
  const read = marked > answered ? marked : answered;
  const known = messages.filter(
    (message) => message.direction === 'in' && message.id > read,
  ).length;
  const last = conversation.last_message;
  const hasUnread = last?.direction === 'in' && last.id > read;
  return Math.max(known, hasUnread ? 1 : 0);
}

export function totalUnread(state: DeskState): number {
  return ownIds(state).reduce((sum, id) => {
    const view = state.conversations.get(id);
    return view === undefined ? sum : sum + unreadCount(state, view);
  }, 0);
}
