/** Messages of one conversation: pages of history and frames become one ordered list. */
import type { MessagePage, MessageView } from '@halfminute/api';
import type { Thread } from './state';

/** Where `id` stands or would stand; ids are UUIDv7, so their order is the order of the thread. */
function placeOf(messages: readonly MessageView[], id: string): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle] as MessageView).id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withMessage(messages: readonly MessageView[], message: MessageView): MessageView[] {
  const place = placeOf(messages, message.id);
  const isKnown = messages[place]?.id === message.id;
  return messages.toSpliced(place, isKnown ? 1 : 0, message);
}

/** A message older than all that is loaded waits for its page: taking it in would hide a hole. */
function standsBeforeLoaded(thread: Thread, id: string): boolean {
  const first = thread.messages[0];
  return thread.isLoaded && thread.hasMore && first !== undefined && id < first.id;
}

export function upsertMessage(thread: Thread, message: MessageView, seq: number): Thread {
  if (standsBeforeLoaded(thread, message.id)) return thread;
  return {
    ...thread,
    messages: withMessage(thread.messages, message),
    touched: new Map(thread.touched).set(message.id, seq),
  };
}

/** The answer to our own request: what frames brought meanwhile is newer than it. */
export function addAnswer(thread: Thread, message: MessageView): Thread {
  if (thread.messages[placeOf(thread.messages, message.id)]?.id === message.id) return thread;
  return { ...thread, messages: withMessage(thread.messages, message) };
}

/** Takes in a page of history read at `stream_seq`; frames after that seq win over it. */
export function addPage(thread: Thread, page: MessagePage): Thread {
  const first = page.items[0];
  const isHole = (message: MessageView): boolean =>
    page.has_more && first !== undefined && message.id < first.id;
  const kept = thread.isLoaded
    ? thread.messages
    : thread.messages.filter((message) => !isHole(message));
  let messages: MessageView[] = [...kept];
  for (const item of page.items) {
    if ((thread.touched.get(item.id) ?? -1) <= page.stream_seq) messages = withMessage(messages, item);
    else if (!kept.some((message) => message.id === item.id)) messages = withMessage(messages, item);
  }
  const reachesBack = !thread.isLoaded || (first !== undefined && messages[0]?.id === first.id);
  return {
    ...thread,
    messages,
    isLoaded: true,
    hasMore: reachesBack || page.items.length === 0 ? page.has_more : thread.hasMore,
  };
}
