/** Finding a conversation in a list by what its row shows. */
import type { ConversationView } from '@halfminute/api';

const plain = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е');

export function matches(conversation: ConversationView, query: string): boolean {
  const wanted = plain(query).split(/\s+/u).filter(Boolean);
  const { contact, address, last_message, channel_account_name } = conversation;
  const text = plain(
    [contact.name, address.username, last_message?.preview, channel_account_name].join(' '),
  );
  return wanted.every((word) => text.includes(word));
}
