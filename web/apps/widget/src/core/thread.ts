/** What was said, as far as it is known here: oldest first, for ids grow with time. */
import type { ContactThread, ConversationView, EventFrame, MessageView } from '@halfminute/api';
import type { State } from './state';

type Messages = readonly MessageView[];

export const streamOf = (conversation: ConversationView | null): string =>
  conversation === null ? '' : `conversation:${conversation.id}`;

export const isWaiting = (conversation: ConversationView | null): boolean =>
  conversation?.state === 'queued' || conversation?.state === 'offered';

export const newestAnswer = (messages: Messages): MessageView | undefined =>
  messages.findLast((message) => message.direction === 'out');

/** With a message that is new, or has changed. */
export function withMessage(messages: Messages, message: MessageView): Messages {
  const others = messages.filter((other) => other.id !== message.id);
  return [...others, message].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What an event of the conversation's stream changes. */
export function withFrame(state: State, { event, data }: EventFrame): Partial<State> {
  const { conversation, message, message_id: readId } = data;
  return {
    ...(conversation && { conversation, ...(!isWaiting(conversation) && { place: null }) }),
    ...(message && { messages: withMessage(state.messages, message) }),
    ...(event === 'ConversationRead' && readId && readId > (state.readId ?? '') && { readId }),
  };
}

/** What an answer of the server's changes: it tells of all but what was read before its first message. */
export function withThread(state: State, thread: ContactThread): Partial<State> {
  return {
    ...withNewest(state, thread),
    conversation: thread.conversation,
    ...(!isWaiting(thread.conversation) && { place: null }),
    isDivided: thread.is_divided,
    readId: thread.read_message_id,
  };
}

/** The newest part of the thread, below what was read before it; that is let go where the two may not
 * touch. */
export function withNewest(state: { messages: Messages; hasEarlier: boolean }, thread: ContactThread) {
  const first = thread.items[0]?.id ?? '';
  const earlier = state.messages.filter((message) => message.id < first);
  if (earlier.length === 0 || earlier.length === state.messages.length) {
    return { messages: thread.items, hasEarlier: thread.has_more };
  }
  return { messages: [...earlier, ...thread.items], hasEarlier: state.hasEarlier };
}
