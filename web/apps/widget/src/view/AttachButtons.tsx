/** Chooses files; on what has no mouse, photographs too. */
import { useRef } from 'preact/hooks';
import type { Words } from '../words';

interface Props {
  words: Words;
  onFiles: (files: File[]) => void;
}

const CLIP = 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a2 2 0 0 1-3-3L14 7';
const CAMERA = 'M4 8h3l2-3h6l2 3h3v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z';

export function AttachButtons({ words, onFiles }: Props) {
  const button = (label: string, path: string, kind: string, options: object) => {
    const input = useRef<HTMLInputElement>(null);
    return (
      <>
        <button type="button" class={kind} aria-label={label} title={label} onClick={() => input.current?.click()}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={path} />
          </svg>
        </button>
        <input
          ref={input}
          type="file"
          hidden
          {...options}
          onChange={({ currentTarget }) => {
            onFiles([...(currentTarget.files ?? [])]);
            // The same file may be chosen again.
            currentTarget.value = '';
          }}
        />
      </>
    );
  };
  return (
    <>
      {button(words('attach'), CLIP, 'attach', { multiple: true })}
      {button(words('attach.camera'), CAMERA, 'attach camera', { accept: 'image/*', capture: 'environment' })}
    </>
  );
}
