/** What of a queue does not wait in it and is not over: in which part of the list it stands. */
import type { ConversationView } from '@halfminute/api';

export const HELD_PARTS = ['opening', 'talking', 'silent', 'wrapUp'] as const;
export type HeldPart = (typeof HELD_PARTS)[number];

export function heldPartOf(conversation: ConversationView): HeldPart {
  if (conversation.state === 'new') return 'opening';
  if (conversation.state === 'wrap_up') return 'wrapUp';
  return conversation.silent_since === null ? 'talking' : 'silent';
}
