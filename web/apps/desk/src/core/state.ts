/** What the desk knows. Values are never changed in place: a new state shares what did not change. */
import type {
  AgentView,
  ChannelAbilities,
  ConsultView,
  ConversationView,
  DeskView,
  DispositionView,
  DraftView,
  MessageView,
  OfferView,
  QueueView,
  UserView,
} from '@halfminute/api';

export interface Thread {
  /** Oldest first. While `isLoaded` is false these are only what frames brought. */
  readonly messages: readonly MessageView[];
  /** The seq of the conversation's stream at which a frame last brought the message. */
  readonly touched: ReadonlyMap<string, number>;
  readonly isLoaded: boolean;
  readonly hasMore: boolean;
}

export interface WaitingList {
  readonly ids: ReadonlySet<string>;
  /** How many wait, the not yet loaded ones included. */
  readonly count: number;
  readonly next: string | null;
  readonly isLoaded: boolean;
}

export interface DeskState {
  readonly user: UserView;
  readonly agent: AgentView | null;
  readonly queues: ReadonlyMap<string, QueueView>;
  readonly waiting: ReadonlyMap<string, WaitingList>;
  readonly conversations: ReadonlyMap<string, ConversationView>;
  readonly offers: ReadonlyMap<string, OfferView>;
  /** Help that we are asked for, or give. */
  readonly consults: ReadonlyMap<string, ConsultView>;
  readonly threads: ReadonlyMap<string, Thread>;
  readonly reads: ReadonlyMap<string, string>;
  readonly drafts: ReadonlyMap<string, DraftView>;
  readonly dispositions: readonly DispositionView[];
  /** What can be sent by each kind of channel. */
  readonly channels: ReadonlyMap<string, ChannelAbilities>;
  /** The longest note, in code points. */
  readonly noteLimit: number;
  /** The last seq applied of each stream followed. */
  readonly streams: ReadonlyMap<string, number>;
  /** Versions of conversations that left the desk, so that an older page cannot bring them back. */
  readonly departed: ReadonlyMap<string, number>;
}

export const EMPTY_THREAD: Thread = {
  messages: [],
  touched: new Map(),
  isLoaded: false,
  hasMore: true,
};

const byId = <T extends { id: string }>(items: readonly T[]): Map<string, T> =>
  new Map(items.map((item) => [item.id, item]));

export function isWaiting(conversation: ConversationView): boolean {
  return conversation.state === 'queued' || conversation.state === 'offered';
}

export function isHeldBy(conversation: ConversationView, agentId: string): boolean {
  return (
    conversation.agent_id === agentId &&
    (conversation.state === 'active' || conversation.state === 'wrap_up')
  );
}

function waitingFrom(desk: DeskView, joined: readonly ConversationView[]): Map<string, WaitingList> {
  return new Map(
    desk.queues.map((queue) => {
      const known = joined.filter((view) => view.queue_id === queue.id && isWaiting(view));
      const ids = new Set(known.map((view) => view.id));
      return [queue.id, { ids, count: queue.waiting_count, next: null, isLoaded: false }];
    }),
  );
}

export function stateFrom(desk: DeskView): DeskState {
  const offers = desk.offers.map(({ conversation: _, ...offer }) => offer);
  const consults = desk.consults.map(({ conversation: _, ...consult }) => consult);
  const joined = [...desk.offers, ...desk.consults].map((asked) => asked.conversation);
  return {
    user: desk.user,
    agent: desk.agent,
    queues: byId(desk.queues),
    waiting: waitingFrom(desk, joined),
    conversations: byId([...joined, ...desk.conversations]),
    offers: byId(offers),
    consults: byId(consults),
    threads: new Map(),
    reads: new Map(Object.entries(desk.reads)),
    drafts: new Map(Object.entries(desk.drafts)),
    dispositions: desk.dispositions,
    channels: new Map(Object.entries(desk.channels)),
    noteLimit: desk.note_limit,
    streams: new Map(Object.entries(desk.streams)),
    departed: new Map(),
  };
}
