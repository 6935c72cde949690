/** Who may say where a conversation goes. */
import type { ConversationView } from '@halfminute/api';
import { isWaiting } from '../../core/state';
import type { Screen } from '../../shell/screen.svelte';

/** Another's, or one that waits: whoever may reassign gives it to whom they like. */
export function canGive(screen: Screen, conversation: ConversationView): boolean {
  const isUnderWay = isWaiting(conversation) || conversation.state === 'active';
  return isUnderWay && !screen.isMine(conversation) && screen.may('conversation.reassign');
}

export function canPassOn(screen: Screen, conversation: ConversationView): boolean {
  const isOurs = screen.isMine(conversation) && conversation.state === 'active';
  return isOurs || canGive(screen, conversation);
}
