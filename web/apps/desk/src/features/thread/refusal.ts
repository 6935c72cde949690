/** Why a message of ours was not sent: in our words where we know what the channel's mean. */
import type { ChangeView, MessageView } from '@halfminute/api';
import { isMessageKey, type MessageKey } from '@halfminute/i18n';
import { t } from '../../shell/words.svelte';

export interface Refusal {
  reason: string;
  /** The channel's own words, where the reason is in ours. */
  channelWords: string;
}

export function refusalOf({ delivery_code, delivery_reason }: MessageView): Refusal {
  return refusalIn(delivery_code, delivery_reason);
}

/** The same of a change that the channel has refused. */
export function refusalIn(code: ChangeView['code'], own: string): Refusal {
  if (code === '') return { reason: own, channelWords: '' };
  const key: MessageKey = `reason.${code}`;
  // A page that is older than its server may not know the code yet.
  return isMessageKey(key) ? { reason: t(key), channelWords: own } : { reason: own, channelWords: '' };
}
