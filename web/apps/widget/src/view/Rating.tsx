/** How was it? One tap is enough; words may follow, and both may be changed. */
import { useState } from 'preact/hooks';
import type { Chat } from '../core/chat';
import { isRatable } from '../core/deeds';
import type { Words } from '../words';

const LONGEST_WORDS = 2000;
/** From a frown to a smile. */
const MOUTHS = ['M7.5 17q4.5-5.5 9 0', 'M8 16q4-2.5 8 0', 'M8 15h8', 'M8 14.5q4 2.5 8 0', 'M7 14q5 6 10 0z'];
const SCORES = [1, 2, 3, 4, 5] as const;

interface Props {
  chat: Chat;
  words: Words;
}

export function Rating({ chat, words }: Props) {
  const { conversation, unratedId } = chat.state;
  const [text, setText] = useState('');
  if (conversation === null || !isRatable(conversation, Date.now())) return null;
  const given = conversation.rating;
  if (given === null && unratedId === conversation.id) return null;
  const title = words(given === null ? 'rating.ask' : 'rating.thanks');

  return (
    <section class="rating" aria-label={words('rating.ask')}>
      <p role="status">{title}</p>
      <div class="scores" role="group" aria-label={words('rating.ask')}>
        {SCORES.map((score) => (
          <button
            key={score}
            type="button"
            aria-pressed={given?.score === score}
            aria-label={words(`rating.${score}`)}
            title={words(`rating.${score}`)}
            onClick={() => void chat.deeds.rate(score, given?.words ?? '')}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d={`M12 2.5a9.5 9.5 0 1 0 .01 0zM9 9.5v.01M15 9.5v.01${MOUTHS[score - 1]}`} />
            </svg>
          </button>
        ))}
      </div>
      {given === null ? (
        <button type="button" class="plain" onClick={() => chat.deeds.skipRating()}>
          {words('rating.skip')}
        </button>
      ) : given.words !== '' ? (
        <p class="quiet">{given.words}</p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') void chat.deeds.rate(given.score, text);
          }}
        >
          <textarea
            rows={1}
            maxLength={LONGEST_WORDS}
            value={text}
            aria-label={words('rating.words')}
            placeholder={words('rating.words')}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
          <button type="submit" class="plain" disabled={text.trim() === ''}>
            {words('send')}
          </button>
        </form>
      )}
    </section>
  );
}
