/** What one seldom does: behind one button of the head. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from '../core/chat';
import { isOver } from '../core/deeds';
import type { Words } from '../words';

interface Props {
  chat: Chat;
  words: Words;
}

export function Menu({ chat, words }: Props) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const { conversation, messages } = chat.state;
  const items = (): HTMLElement[] => [...(place.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

  useEffect(() => {
    if (!isOpen) return;
    items()[0]?.focus();
    const leave = ({ target }: Event): void => {
      if (!place.current?.contains(target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [isOpen]);

  if (messages.length === 0) return null;
  const close = (): void => {
    setOpen(false);
    place.current?.querySelector('button')?.focus();
  };
  const choose = (deed: () => Promise<unknown>) => (): void => {
    close();
    void deed();
  };
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') setOpen(false);
    else if (step !== undefined && isOpen) {
      event.preventDefault();
      const all = items();
      all.at((all.indexOf(document.activeElement as HTMLElement) + step) % all.length)?.focus();
    }
  };

  return (
    <div class="menu" ref={place} onKeyDown={walk}>
      <button
        type="button"
        class="close"
        aria-label={words('menu')}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path stroke-width="3.5" d="M12 5v.01M12 12v.01M12 19v.01" />
        </svg>
      </button>
      {isOpen && (
        <div role="menu" aria-label={words('menu')}>
          {conversation !== null && !isOver(conversation) && (
            <button type="button" role="menuitem" tabIndex={-1} onClick={choose(chat.deeds.end)}>
              {words('end')}
            </button>
          )}
          <button type="button" role="menuitem" tabIndex={-1} onClick={choose(chat.deeds.save)}>
            {words('save')}
          </button>
        </div>
      )}
    </div>
  );
}
