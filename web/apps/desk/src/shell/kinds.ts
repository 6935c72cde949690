/** What kind of thing a message is: its name and its icon wherever there is room for one line. */
import type { MessageKind, MessageView } from '@halfminute/api';
import { isMessageKey, type MessageKey } from '@halfminute/i18n';
import { plainText } from '@halfminute/thread';
import type { IconName } from '@halfminute/ui';
import { t } from './words.svelte';

/** Words need no icon. */
export const KIND_ICONS: Record<MessageKind, IconName | null> = {
  text: null,
  image: 'image',
  video: 'play',
  video_note: 'play',
  animation: 'play',
  audio: 'mic',
  voice: 'mic',
  file: 'file',
  sticker: 'sticker',
  location: 'pin',
  contact: 'person',
  poll: 'poll',
  dice: 'dice',
  form: 'person',
  start: null,
  unsupported: 'puzzle',
};

export function kindName(kind: MessageKind): string {
  const key: MessageKey = `kind.${kind}`;
  // Every kind has its word, the compiler sees to it; but a page may be older than its server.
  return isMessageKey(key) ? t(key) : t('kind.unsupported');
}

const say = (kind: MessageKind, said: string): string =>
  said === '' ? kindName(kind) : t('kind.with', { kind: kindName(kind), words: said });

/** The message in plain words, for quotes and for who listens to the screen. */
export const saidIn = (message: MessageView): string => plainText(message.parts, say);
