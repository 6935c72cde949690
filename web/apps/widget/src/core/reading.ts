/** What the visitor has read of ours, as far as it is to be told. */
import type { MessageView } from '@halfminute/api';

/** The newest message of our people's, if its reading is news: before it is sent, the server hears of
 * none, and would not be told again. */
export function findUnread(messages: readonly MessageView[]): MessageView | undefined {
  const newest = messages.findLast((message) => message.direction === 'out');
  return newest?.delivery === 'sent' || newest?.delivery === 'delivered' ? newest : undefined;
}
