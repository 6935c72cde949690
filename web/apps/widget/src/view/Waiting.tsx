/** A message on its way, or one that the server will not take. */
import type { Chat } from '../core/chat';
import type { Item } from '../core/outbox';
import type { Words } from '../words';

interface Props {
  item: Item;
  chat: Chat;
  words: Words;
}

export function Waiting({ item, chat, words }: Props) {
  const isRefused = item.refused !== null;
  return (
    <li class={isRefused ? 'mine refused' : 'mine waiting'}>
      <div class="author">{words('you')}</div>
      <div class="bubble">
        <p>{item.text}</p>
      </div>
      <div class="foot">
        {words(isRefused ? 'state.refused' : 'state.waiting')}
        {isRefused && (
          <>
            {' · '}
            <button type="button" onClick={() => void chat.again(item)}>
              {words('again')}
            </button>
            {' · '}
            <button type="button" onClick={() => void chat.drop(item)}>
              {words('drop')}
            </button>
          </>
        )}
      </div>
    </li>
  );
}
