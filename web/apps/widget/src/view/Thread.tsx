/** What was said, the newest below. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Chat } from '../core/chat';
import { findUnread } from '../core/reading';
import type { Words } from '../words';
import { Message } from './Message';
import { Typing } from './Typing';
import { Waiting } from './Waiting';

/** So near to the end counts as being there. */
const NEAR_PIXELS = 80;

interface Props {
  chat: Chat;
  words: Words;
  language: string;
}

export function Thread({ chat, words, language }: Props) {
  const { messages, items, hasEarlier, isLoaded, isUnheard, widget, readId, isAgentTyping, conversation } = chat.state;
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const newest = `${messages.at(-1)?.id}/${messages.at(-1)?.delivery}/${items.length}`;

  useLayoutEffect(() => {
    const place = scroller.current;
    if (place !== null && isAtEnd.current) place.scrollTop = place.scrollHeight;
  }, [newest, isLoaded, isAgentTyping, conversation?.state]);
  useEffect(() => {
    if (isAtEnd.current) chat.confirmRead();
  }, [newest, findUnread(messages)?.id, chat.isShown]);

  return (
    <div
      class="scroller"
      ref={scroller}
      tabIndex={0}
      role="log"
      aria-label={words('log')}
      aria-busy={!isLoaded && !isUnheard}
      onScroll={({ currentTarget: place }) => {
        isAtEnd.current = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR_PIXELS;
      }}
    >
      {!isLoaded && !isUnheard && <p class="quiet">{words('loading')}</p>}
      {hasEarlier && (
        <button type="button" class="earlier" onClick={() => void chat.readEarlier()}>
          {words('earlier')}
        </button>
      )}
      {(isLoaded || isUnheard) && messages.length === 0 && items.length === 0 && (
        <p class="quiet">{widget?.greeting || (widget?.is_attended === false ? '' : words('empty'))}</p>
      )}
      <ol>
        {messages.map((message) => (
          <Message
            key={message.id}
            chat={chat}
            message={message}
            isRead={readId !== null && message.id <= readId}
            words={words}
            language={language}
          />
        ))}
        {items.map((item) => (
          <Waiting key={item.client_id} item={item} chat={chat} words={words} language={language} />
        ))}
        {isAgentTyping && conversation?.state === 'active' && <Typing name={conversation?.agent_name ?? ''} words={words} />}
      </ol>
    </div>
  );
}
