/** Where one writes. Enter sends, Shift+Enter breaks the line. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { addFiles, EMPTY_TRAY, removeFile } from '../core/tray';
import type { Words } from '../words';
import { AttachButtons } from './AttachButtons';
import { useDropped } from './useDropped';
import { useRich } from './useLater';

const TEXT_LIMIT = 4096;

interface Props {
  words: Words;
  language: string;
  /** The most bytes of a file; 0 while it is not known. */
  limit: number;
  onSay: (text: string, files: readonly File[]) => void;
  /** The words change. */
  onWrite: (text: string) => void;
}

export function Composer({ words, language, limit, onSay, onWrite }: Props) {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const [tray, setTray] = useState(EMPTY_TRAY);
  const take = (files: File[]): void => {
    if (limit === 0) return;
    setTray((before) => addFiles(before, files, limit));
    field.current?.focus();
  };
  const rich = useRich(tray !== EMPTY_TRAY);
  useDropped(take);
  useEffect(() => field.current?.focus(), []);

  const say = (): void => {
    const written = text.trim();
    if (written === '' && tray.files.length === 0) return;
    onSay(written, tray.files);
    setText('');
    setTray(EMPTY_TRAY);
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
      {rich && tray !== EMPTY_TRAY && (
        <rich.TrayList
          tray={tray}
          limit={limit}
          words={words}
          language={language}
          onRemove={(file) => setTray(removeFile(tray, file))}
        />
      )}
      {limit > 0 && <AttachButtons words={words} onFiles={take} />}
      <textarea
        ref={field}
        rows={1}
        maxLength={TEXT_LIMIT}
        value={text}
        aria-label={words('field')}
        placeholder={words('placeholder')}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          onWrite(currentTarget.value);
        }}
        onKeyDown={(event) => {
          // While an input method composes, Enter chooses a word.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          say();
        }}
      />
      <button type="submit" aria-label={words('send')} disabled={text.trim() === '' && tray.files.length === 0}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 12l16-7-6 16-3-7z" />
        </svg>
      </button>
    </form>
  );
}
