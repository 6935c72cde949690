/** The files of a message on its way: how much has gone; chosen again where the browser has lost them. */
import { useRef } from 'preact/hooks';
import type { Chat } from '../core/chat';
import type { Item } from '../core/outbox';
import type { Word, Words } from '../words';
import en from '../words/rich/en.json';
import { sizeOf } from './sizes';

interface Props {
  item: Item;
  chat: Chat;
  words: Words;
  language: string;
}

/** Why the server will not take them, where there are words for that. */
const reasonOf = (code: string | null): Word | null =>
  `refused.${code}` in en ? (`refused.${code}` as Word) : null;

export function ParcelList({ item, chat, words, language }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const share = chat.parcels.shareOf(item);
  const reason = reasonOf(item.refused);
  const isLost = chat.parcels.isLost(item);
  return (
    <>
      {(item.files ?? []).map((parcel) => (
        <p key={parcel.client_id} class="file">
          <b>{parcel.name}</b>
          <span>{sizeOf(parcel.size, language)}</span>
        </p>
      ))}
      {share !== null && <progress value={share} max={1} aria-label={words('file.progress')} />}
      {(isLost || item.refused !== null) && (
        <>
          {reason !== null && <p role="status">{words(reason, { name: words('file') })}</p>}
          {isLost && <p role="status">{words('file.lost')}</p>}
          <button type="button" class="link" onClick={() => input.current?.click()}>
            {words('file.choose')}
          </button>
          <input
            ref={input}
            type="file"
            hidden
            multiple
            onChange={({ currentTarget }) => void chat.again(item, [...(currentTarget.files ?? [])])}
          />
        </>
      )}
    </>
  );
}
