/** What was said, as far as it is known here: oldest first, for ids grow with time. */
import type { ContactThread, ConversationView, MessageView } from '@halfminute/api';

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
