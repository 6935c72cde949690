/** What keeps a reply from being sent, before it is tried: the account's owner, or the channel's time
 * for an answer. */
import type { ConversationView } from '@halfminute/api';

export type Bar = 'disconnected' | 'right' | 'window';

/** Null where nothing does. `now` is the server's time in milliseconds since the epoch. */
export function barOf({ business, reply_until }: ConversationView, now: number): Bar | null {
  if (business && !business.is_connected) return 'disconnected';
  if (business && !business.can_reply) return 'right';
  return reply_until !== null && Date.parse(reply_until) < now ? 'window' : null;
}

/** An edit of what was sent is no answer: the time for those does not end it. */
export function keepsFromEditing(bar: Bar | null): boolean {
  return bar === 'disconnected' || bar === 'right';
}
