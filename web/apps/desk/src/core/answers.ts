/** Takes the answers of HTTP requests into the state. */
import type {
  AgentView,
  ConversationDetail,
  ConversationView,
  DraftView,
  MessagePage,
  MessageView,
  ConversationPage,
  ConsultView,
  TransferView,
} from '@halfminute/api';
import { conversationStream, edit, forgetIfDeparted, upsertConversation } from './editing';
import { EMPTY_THREAD, isHeldBy, isWaiting, type DeskState } from './state';
import { addAnswer, addPage } from './threads';

export function withConversation(state: DeskState, view: ConversationView): DeskState {
  const draft = edit(state);
  upsertConversation(draft, view);
  return draft;
}

/** Until its frames come: it waits in that queue, and nobody has it. */
export function withTransfer(state: DeskState, transfer: TransferView): DeskState {
  const known = state.conversations.get(transfer.conversation_id);
  if (known === undefined || !isHeldBy(known, transfer.from_agent_id ?? '')) return state;
  const { queue_id } = transfer;
  const draft = edit(state);
  upsertConversation(draft, { ...known, state: 'queued', agent_id: null, agent_name: null, queue_id });
  return draft;
}

export function withAgent(state: DeskState, agent: AgentView): DeskState {
  const known = state.agent;
  const isOlder = known !== null && known.presence_changed_at > agent.presence_changed_at;
  return isOlder ? state : { ...state, agent };
}

export function withoutOffer(state: DeskState, offerId: string): DeskState {
  const draft = edit(state);
  draft.offers.delete(offerId);
  return draft;
}

export function withConsult(state: DeskState, consult: ConsultView): DeskState {
  if (consult.agent_id !== state.user.id) return state;
  const isOpen = consult.state === 'asked' || consult.state === 'active';
  if (!isOpen) return withoutConsult(state, consult.id);
  return { ...state, consults: new Map(state.consults).set(consult.id, consult) };
}

export function withoutConsult(state: DeskState, consultId: string): DeskState {
  const draft = edit(state);
  draft.consults.delete(consultId);
  return draft;
}

export function withDraft(state: DeskState, id: string, saved: DraftView | null): DeskState {
  const draft = edit(state);
  if (saved === null) draft.drafts.delete(id);
  else draft.drafts.set(id, saved);
  return draft;
}

export function withRead(state: DeskState, id: string, messageId: string): DeskState {
  if ((state.reads.get(id) ?? '') >= messageId) return state;
  return { ...state, reads: new Map(state.reads).set(id, messageId) };
}

export function withAnswer(state: DeskState, message: MessageView): DeskState {
  const thread = state.threads.get(message.conversation_id) ?? EMPTY_THREAD;
  const threads = new Map(state.threads).set(message.conversation_id, addAnswer(thread, message));
  return { ...state, threads };
}

export function withPage(state: DeskState, id: string, page: MessagePage): DeskState {
  const thread = state.threads.get(id) ?? EMPTY_THREAD;
  return { ...state, threads: new Map(state.threads).set(id, addPage(thread, page)) };
}

/** The conversation and its first page were read at `seq` at the latest: frames follow from there. */
export function withOpened(
  state: DeskState,
  opened: ConversationDetail,
  page: MessagePage,
): DeskState {
  const id = opened.conversation.id;
  const draft = edit(withPage(state, id, page));
  const stream = conversationStream(id);
  const seq = Math.min(opened.stream_seq, page.stream_seq);
  if (!draft.streams.has(stream)) draft.streams.set(stream, seq);
  upsertConversation(draft, opened.conversation);
  if (opened.draft && !draft.drafts.has(id)) draft.drafts.set(id, opened.draft);
  const read = opened.last_read_message_id;
  if (read && (draft.reads.get(id) ?? '') < read) draft.reads.set(id, read);
  return draft;
}

export function withoutConversation(state: DeskState, id: string): DeskState {
  const draft = edit(state);
  draft.streams.delete(conversationStream(id));
  forgetIfDeparted(draft, id);
  return draft;
}

/** A page of a queue's waiting list; the first page says what the list is made of. */
export function withWaitingPage(state: DeskState, queueId: string, page: ConversationPage): DeskState {
  const count = state.waiting.get(queueId)?.count;
  if (count === undefined) return state;
  const draft = edit(state);
  for (const view of page.items) upsertConversation(draft, view);
  const { next } = page;
  const candidates = [
    ...(draft.waiting.get(queueId)?.ids ?? []),
    ...page.items.map((view) => view.id),
  ];
  const ids = new Set(
    candidates.filter((id) => {
      const view = draft.conversations.get(id);
      return view !== undefined && isWaiting(view) && view.queue_id === queueId;
    }),
  );
  draft.waiting.set(queueId, {
    ids,
    count: next === null ? ids.size : Math.max(count, ids.size),
    next,
    isLoaded: true,
  });
  return draft;
}
