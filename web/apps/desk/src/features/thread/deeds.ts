/** What an agent may do to a message that stands in the thread. */
import type { ChannelAbilities, ConversationView, MessageView, Part } from '@halfminute/api';
import { markedIn } from '../../core/edits';

export type Deed = 'edit' | 'delete';

const HAD_BY_CHANNEL = new Set<string | null>(['sent', 'delivered', 'read']);

/** Words alone, or those beside files, which are in the message of the first. */
export const isCaption = (message: MessageView): boolean => message.parts[0]?.type === 'media';

/** The words that an edit puts others in the place of; empty where a file has none. */
export const wordsIn = (parts: readonly Part[]): string => markedIn(parts)?.text ?? '';

/** Of what an agent wrote and the channel has. Nothing that is being deleted can be changed, and only
 * what has room for words edited; in an owner's chats what the owner lets us do. */
export function deedsFor(
  message: MessageView,
  conversation: ConversationView,
  abilities: ChannelAbilities | undefined,
): Deed[] {
  const isOurs = message.direction === 'out' && message.author_kind === 'agent';
  const isThere = HAD_BY_CHANNEL.has(message.delivery) && message.deleted_at === null;
  if (!isOurs || !isThere || abilities === undefined) return [];
  if (message.change?.kind === 'delete' && message.change.state === 'pending') return [];
  const { business } = conversation;
  if (business && !business.is_connected) return [];
  const deeds: Deed[] = [];
  const canEdit = abilities.can_edit && hasRoomForWords(message, abilities);
  if (canEdit && (business?.can_reply ?? true)) deeds.push('edit');
  if (abilities.can_delete && (business?.can_delete ?? true)) deeds.push('delete');
  return deeds;
}

/** A film in a circle has none. */
function hasRoomForWords({ parts }: MessageView, abilities: ChannelAbilities): boolean {
  const [first] = parts;
  if (first?.type === 'media') return first.kind !== 'video_note' && abilities.caption_limit > 0;
  return parts.length === 1 && first?.type === 'text';
}
