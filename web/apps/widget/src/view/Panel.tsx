/** The open chat: its head, what was said, and where one writes. */
import type { Chat } from '../core/chat';
import { askedNow } from '../core/asked';
import { isRatable } from '../core/deeds';
import type { Words } from '../words';
import { Composer } from './Composer';
import { Menu } from './Menu';
import { Standing, standingOf } from './Standing';
import { Thread } from './Thread';
import { useAsides } from './useLater';

interface Props {
  chat: Chat;
  words: Words;
  language: string;
  onClose: () => void;
}

export function Panel({ chat, words, language, onClose }: Props) {
  const { state } = chat;
  const asked = askedNow(state);
  const { conversation, messages, place, widget } = state;
  const isOnward = (widget?.continues_in ?? null) !== null && messages.length > 0;
  const asides = useAsides(asked.length > 0 || isOnward || place !== null || isRatable(conversation, Date.now()));
  const told = standingOf(state, words);
  const title = widget?.title || words('title');
  return (
    <div class="panel" role="dialog" aria-label={title} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header>
        <h1>{title}</h1>
        <Menu chat={chat} words={words} />
        <button type="button" class="close" aria-label={words('close')} onClick={onClose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      </header>
      {state.trouble !== null ? (
        <div class="trouble" role="alert">
          <p>{words(state.trouble === 'widget_not_found' ? 'gone' : 'failed')}</p>
          {state.trouble !== 'widget_not_found' && (
            <button type="button" onClick={() => void chat.load()}>
              {words('retry')}
            </button>
          )}
        </div>
      ) : asked.length > 0 && widget !== null ? (
        asides && (
          <asides.PreChat
            form={widget.form}
            fields={asked}
            greeting={widget.greeting}
            words={words}
            onDone={(given) => chat.fill(given)}
          />
        )
      ) : (
        <>
          <Thread chat={chat} words={words} language={language} />
          {asides && <asides.Rating key={conversation?.id} chat={chat} words={words} />}
          <Standing told={told} words={words} />
          {asides && <asides.Place place={told === '' ? place : null} words={words} />}
          {asides && <asides.Onward chat={chat} words={words} />}
          {(widget !== null || state.isUnheard) && (
            <Composer chat={chat} words={words} language={language} />
          )}
        </>
      )}
    </div>
  );
}
