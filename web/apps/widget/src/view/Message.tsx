/** One message of the thread. */
import type { MessageView } from '@halfminute/api';
import type { Chat } from '../core/chat';
import { pressedOf } from '../core/pressed';
import type { Words } from '../words';
import { Buttons } from './Buttons';
import { Text } from './Text';
import { useRich } from './useLater';

interface Props {
  chat: Chat;
  message: MessageView;
  /** Our people have read it. */
  isRead: boolean;
  words: Words;
  language: string;
}

export function Message({ chat, message, isRead, words, language }: Props) {
  const isOurs = message.direction === 'in';
  const time = new Date(message.sent_at).toLocaleTimeString(language, {
    hour: '2-digit',
    minute: '2-digit',
  });
  const isSticker = message.parts.length > 0 && message.parts.every((part) => part.type === 'sticker');
  const labels = message.parts.map((part) => (part.type === 'text' ? part.buttons : undefined)).find(Boolean);
  const rich = useRich(message.parts.some((part) => part.type !== 'text' && part.type !== 'form'));
  const quote = message.reply_to?.preview;
  return (
    <li class={isOurs ? 'mine' : 'theirs'}>
      <div class="author">{isOurs ? words('you') : message.author_name}</div>
      <div class={isSticker ? 'bare' : 'bubble'}>
        {quote && <blockquote>{quote}</blockquote>}
        {message.deleted_at !== null ? (
          <p class="quiet">{words('deleted')}</p>
        ) : (
          message.parts.map((part, index) =>
            part.type === 'text' ? <Text key={index} part={part} />
            : part.type === 'form' ? <p key={index} class="given">{part.answers.map(({ value }) => value).join(' · ')}</p>
            : rich === null ? <p key={index} class="quiet">{words('loading')}</p>
            : <rich.RichPart key={index} part={part} api={chat.api} words={words} language={language} />,
          )
        )}
      </div>
      {labels !== undefined && message.deleted_at === null && (
        <Buttons
          labels={labels}
          pressed={pressedOf(message, chat.state.messages, chat.state.items)}
          words={words}
          onPress={(label) => void chat.say(label, [], { reply_to: message.id })}
        />
      )}
      <div class="foot">
        {message.edited_at !== null && message.deleted_at === null && `${words('edited')} · `}
        <time dateTime={message.sent_at}>{time}</time>
        {isOurs && ` · ${words(isRead ? 'state.read' : 'state.sent')}`}
      </div>
    </li>
  );
}
