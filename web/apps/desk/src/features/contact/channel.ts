/** Names of channel kinds, and what the server says that they carry. */
import type { ChannelAbilities, ConversationView } from '@halfminute/api';
import { isMessageKey } from '@halfminute/i18n';
import type { Screen } from '../../shell/screen.svelte';
import { t } from '../../shell/words.svelte';

export function channelName(kind: string): string {
  const key = `channel.${kind}`;
  return isMessageKey(key) ? t(key) : kind;
}

/** Undefined before the first picture, and where the channel is no longer installed. */
export const abilitiesFor = (
  screen: Screen,
  conversation: ConversationView,
): ChannelAbilities | undefined => screen.state?.channels.get(conversation.channel_kind);
