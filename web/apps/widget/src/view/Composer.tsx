/** Where one writes. Enter sends, Shift+Enter breaks the line. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from '../core/chat';
import { addFiles, EMPTY_TRAY, removeFile } from '../core/tray';
import type { Words } from '../words';
import { AttachButtons } from './AttachButtons';
import { useDropped } from './useDropped';
import { usePicker, useRich } from './useLater';

const TEXT_LIMIT = 4096;
const STICKER = 'M13 4H5v16h8l7-7V4zM20 13h-7v7M9 9v.01M15 9v.01';

interface Props {
  chat: Chat;
  words: Words;
  language: string;
}

export function Composer({ chat, words, language }: Props) {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [tray, setTray] = useState(EMPTY_TRAY);
  const { widget } = chat.state;
  // The most bytes of a file; none while it is not known.
  const limit = widget?.file_limit ?? 0;
  const [isWanted, setWanted] = useState(false);
  const isChoosing = isWanted && widget?.has_stickers === true;
  const take = (files: File[]): void => {
    if (limit === 0) return;
    setTray((before) => addFiles(before, files, limit));
    field.current?.focus();
  };
  const rich = useRich(tray !== EMPTY_TRAY || isChoosing);
  const picker = usePicker(isChoosing);
  useDropped(take);
  useEffect(() => field.current?.focus(), []);

  const say = (): void => {
    const written = text.trim();
    if (written === '' && tray.files.length === 0) return;
    void chat.say(written, tray.files);
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
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isChoosing) return;
        event.stopPropagation();
        setWanted(false);
        opener.current?.focus();
      }}
    >
      {isChoosing && (picker ? (
        <picker.StickerPicker
          api={chat.api}
          words={words}
          onChoose={(sticker) => {
            void chat.say('', [], { sticker });
            setWanted(false);
            field.current?.focus();
          }}
        />
      ) : (
        <p class="quiet" role="status">
          {words('loading')}
        </p>
      ))}
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
      {widget?.has_stickers && (
        <button
          ref={opener}
          type="button"
          class="attach"
          aria-label={words('stickers')}
          title={words('stickers')}
          aria-expanded={isChoosing}
          onClick={() => setWanted(!isChoosing)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={STICKER} />
          </svg>
        </button>
      )}
      <textarea
        ref={field}
        rows={1}
        maxLength={TEXT_LIMIT}
        value={text}
        aria-label={words('field')}
        placeholder={words('placeholder')}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          chat.typing.wrote(currentTarget.value);
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
