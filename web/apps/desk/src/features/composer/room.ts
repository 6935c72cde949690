/** How much room is left for the words in the field, and into how many messages they will be cut. */
import type { ChannelAbilities, MessageView } from '@halfminute/api';
import { lengthIn, splitText, type TextUnit } from '@halfminute/thread';
import { isCaption } from '../thread/deeds';

export interface Room {
  /** In units of the channel; below 0 there are too many. */
  left: number;
  /** Of these words alone; files beside them make others. */
  messages: number;
  /** The most that one reply becomes. */
  mostMessages: number;
  /** The words do not fit below a picture. */
  isCaptionLong: boolean;
}

/** While it is being upgraded, a server may be older than the page: what it does not tell limits
 * nothing. */
export const fits = (room: Room): boolean =>
  !(room.left < 0 || room.messages > room.mostMessages);

/** Nothing is known of the channel, so the server alone says what is too long. */
const UNKNOWN: Room = {
  left: Number.POSITIVE_INFINITY,
  messages: 1,
  mostMessages: 1,
  isCaptionLong: false,
};

/** A note goes to no channel; `limit` in code points. */
export const roomForNote = (text: string, limit: number | undefined): Room =>
  limit === undefined ? UNKNOWN : oneMessage(text, limit, 'code_points');

/** What was sent (`edited`) stays the one message that it is; a reply may become several. */
export function roomFor(
  text: string,
  abilities: ChannelAbilities | undefined,
  edited: MessageView | null,
): Room {
  if (abilities === undefined) return UNKNOWN;
  if (edited === null) return roomForReply(text, abilities);
  const limit = isCaption(edited) ? abilities.caption_limit : abilities.text_limit;
  return oneMessage(text, limit, abilities.text_unit);
}

function roomForReply(text: string, abilities: ChannelAbilities): Room {
  const { text_limit, text_unit, caption_limit, reply_limit } = abilities;
  const words = text.trim();
  const length = lengthIn(text_unit, words);
  const isCut = length > text_limit && length <= reply_limit;
  return {
    left: reply_limit - length,
    messages: isCut ? splitText(words, text_limit, text_unit).length : 1,
    mostMessages: Math.floor(reply_limit / text_limit),
    isCaptionLong: length > caption_limit,
  };
}

function oneMessage(text: string, limit: number, unit: TextUnit): Room {
  return { ...UNKNOWN, left: limit - lengthIn(unit, text.trim()) };
}
