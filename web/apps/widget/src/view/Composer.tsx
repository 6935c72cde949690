/** Where one writes. Enter sends, Shift+Enter breaks the line. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Words } from '../words';

const TEXT_LIMIT = 4096;

interface Props {
  words: Words;
  onSay: (text: string) => void;
}

export function Composer({ words, onSay }: Props) {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  const say = (): void => {
    const written = text.trim();
    if (written === '') return;
    onSay(written);
    setText('');
    field.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        maxLength={TEXT_LIMIT}
        value={text}
        aria-label={words('field')}
        placeholder={words('placeholder')}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method composes, Enter chooses a word.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          say();
        }}
      />
      <button type="submit" aria-label={words('send')} disabled={text.trim() === ''}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 12l16-7-6 16-3-7z" />
        </svg>
      </button>
    </form>
  );
}
