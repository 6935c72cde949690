/** A message on its way, or one that the server will not take. */
import type { Chat } from '../core/chat';
import type { Item } from '../core/outbox';
import type { Words } from '../words';
import { useRich } from './useLater';

interface Props {
  item: Item;
  chat: Chat;
  words: Words;
  language: string;
}

export function Waiting({ item, chat, words, language }: Props) {
  const isRefused = item.refused !== null;
  const rich = useRich((item.files ?? item.sticker) !== undefined);
  return (
    <li class={isRefused ? 'mine refused' : 'mine waiting'}>
      <div class="author">{words('you')}</div>
      <div class={item.sticker ? 'bare' : 'bubble'}>
        {item.sticker && (rich ? <rich.RichPart part={item.sticker.part} api={chat.api} words={words} language={language} /> : <p>{item.sticker.part.emoji}</p>)}
        {rich && item.files && <rich.ParcelList item={item} chat={chat} words={words} language={language} />}
        {item.text !== '' && <p>{item.text}</p>}
      </div>
      <div class="foot">
        {words(isRefused ? 'state.refused' : 'state.waiting')}
        {(isRefused || item.files) && (
          <>
            {isRefused && (
              <>
                {' · '}
                <button type="button" onClick={() => void chat.again(item)}>
                  {words('again')}
                </button>
              </>
            )}
            {' · '}
            <button type="button" onClick={() => void chat.drop(item)}>
              {words(isRefused ? 'drop' : 'file.cancel')}
            </button>
          </>
        )}
      </div>
    </li>
  );
}
