/** Names and limits of channel kinds. */
import { isMessageKey } from '@halfminute/i18n';
import { t } from '../../shell/words.svelte';

export function channelName(kind: string): string {
  const key = `channel.${kind}`;
  return isMessageKey(key) ? t(key) : kind;
}

/** Telegram: https://core.telegram.org/bots/api#sendmessage; Viber: "Send Message", text, 7,000. */
const TEXT_LIMITS: Record<string, number> = { telegram: 4096, viber: 7000 };

/** https://core.telegram.org/bots/api#editmessagetext and #deletemessage; Viber has neither. */
const CAN_CHANGE = new Set(['telegram']);

/** Whether what was sent can be edited, and taken back. */
export const canChannelChange = (kind: string): boolean => CAN_CHANGE.has(kind);

/** https://core.telegram.org/bots/api#sendsticker; Viber has only stickers of its own. */
const SENDS_STICKERS = new Set(['telegram']);

/** Whether stickers can be chosen for this channel. */
export const canChannelSendStickers = (kind: string): boolean => SENDS_STICKERS.has(kind);

/** The longest text of one message, in code points. */
export const textLimit = (kind: string): number => TEXT_LIMITS[kind] ?? 4096;
