/** What the open thread shows: the server's messages, and after them what is still on its way. */
import type { MessageView } from '@halfminute/api';
import { echoOf } from '../../core/outbox';
import type { OutboxItem } from '../../core/outboxStore';

export function shownMessages(
  messages: readonly MessageView[],
  outbox: readonly OutboxItem[],
  conversationId: string,
  author: { id: string; name: string },
): MessageView[] {
  const confirmed = new Set(messages.map((message) => message.client_id));
  const echoes = outbox
    .filter((item) => item.conversation_id === conversationId && !confirmed.has(item.client_id))
    .map((item) => echoOf(item, author));
  return [...messages, ...echoes];
}

/** The first message of the customer that was not read when the thread was opened. */
export function firstUnread(messages: readonly MessageView[], readId: string | undefined): string | null {
  if (readId === undefined) return null;
  return messages.find((message) => message.direction === 'in' && message.id > readId)?.id ?? null;
}
