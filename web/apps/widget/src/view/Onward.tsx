/** The way on to another channel: a link is made when it is asked for, for it is short-lived and good for
 * one press; and pressed by hand, since browsers hold back a tab that opens by itself after a wait. */
import type { ContinuationView } from '@halfminute/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refusal } from '../core/api';
import type { Chat } from '../core/chat';
import type { Word, Words } from '../words';

interface Props {
  chat: Chat;
  words: Words;
}

const TOO_MANY = 429;

export function Onward({ chat, words }: Props) {
  const { widget, messages } = chat.state;
  const [link, setLink] = useState<ContinuationView | null>(null);
  const [trouble, setTrouble] = useState<Word | null>(null);
  const [isAsking, setAsking] = useState(false);
  const place = useRef<HTMLAnchorElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const kind = widget?.continues_in ?? null;
  const isOffered = kind !== null && messages.length > 0;

  useEffect(() => {
    if (link === null) return;
    place.current?.focus();
    const left = Date.parse(link.expires_at) - Date.now();
    const timer = setTimeout(() => setLink(null), left);
    return () => clearTimeout(timer);
  }, [link]);
  // Whoever is here now, it was not made for them.
  useEffect(() => {
    if (!isOffered) setLink(null);
  }, [isOffered]);

  if (!isOffered) return null;
  const channel = kind.charAt(0).toUpperCase() + kind.slice(1);
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    setTrouble(null);
    setAsking(true);
    try {
      setLink(await chat.api.leadOn());
    } catch (error) {
      const isTooMany = error instanceof Refusal && error.status === TOO_MANY;
      setTrouble(isTooMany ? 'onward.wait' : 'onward.failed');
    }
    setAsking(false);
  };
  const leave = (): void => {
    setLink(null);
    requestAnimationFrame(() => button.current?.focus());
  };

  return (
    <div class="onward">
      <p role="status">{link === null ? trouble !== null && words(trouble) : words('onward.say')}</p>
      {link === null ? (
        <button type="button" ref={button} aria-disabled={isAsking} onClick={() => void ask()}>
          {words('onward', { channel })}
        </button>
      ) : (
        <>
          <a ref={place} href={link.url} target="_blank" rel="noopener noreferrer" onClick={() => setTimeout(leave)}>
            {words('onward.open', { channel })}
          </a>
          <button type="button" onClick={leave}>
            {words('onward.not')}
          </button>
        </>
      )}
    </div>
  );
}
