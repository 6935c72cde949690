/** What an agent may do to a message that stands in the thread, and how it is asked for. */
import { isApiError, type ConversationView, type MessageView } from '@halfminute/api';
import { toasts } from '../../shell/toasts.svelte';
import { t, words } from '../../shell/words.svelte';
import { canChannelChange } from '../contact/channel';

export type Deed = 'edit' | 'delete';

const HAD_BY_CHANNEL = new Set<string | null>(['sent', 'delivered', 'read']);

/** Of what an agent wrote and the channel has. Only words alone can be edited, and nothing that is
 * being deleted; in an owner's chats what the owner lets us do. */
export function deedsFor(message: MessageView, conversation: ConversationView): Deed[] {
  const isOurs = message.direction === 'out' && message.author_kind === 'agent';
  const isThere = HAD_BY_CHANNEL.has(message.delivery) && message.deleted_at === null;
  if (!isOurs || !isThere || !canChannelChange(conversation.channel_kind)) return [];
  if (message.change?.kind === 'delete' && message.change.state === 'pending') return [];
  const { business } = conversation;
  if (business && !business.is_connected) return [];
  const isText = message.parts.length === 1 && message.parts[0]?.type === 'text';
  const deeds: Deed[] = [];
  if (isText && (business?.can_reply ?? true)) deeds.push('edit');
  if (business?.can_delete ?? true) deeds.push('delete');
  return deeds;
}

/** Whether the server took it; says why where it did not. */
export async function isTaken(asking: Promise<void>): Promise<boolean> {
  try {
    await asking;
    return true;
  } catch (error) {
    if (isApiError(error) && error.kind === 'refused') {
      toasts.show(t('change.refused', { reason: words.coded('reason', error.code) }), 'late');
    } else toasts.failure('change.not_asked', error);
    return false;
  }
}
