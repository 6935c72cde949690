/** Which button of a message was pressed: an answer to it says so, on its way or received. */
import type { MessageView } from '@halfminute/api';
import type { Item } from './outbox';

export function pressedOf(
  message: MessageView,
  messages: readonly MessageView[],
  items: readonly Item[],
): string | undefined {
  const waiting = items.find((item) => item.reply_to === message.id);
  if (waiting !== undefined) return waiting.text;
  const answer = messages.find(
    (each) => each.direction === 'in' && each.reply_to?.message_id === message.id,
  );
  const [part] = answer?.parts ?? [];
  return part?.type === 'text' ? part.text : answer && '';
}
