/** What will go with the words: taken out again by a press, and why something was left out. */
import { useEffect, useState } from 'preact/hooks';
import { FILES_AT_ONCE, type Tray } from '../core/tray';
import type { Words } from '../words';
import { sizeOf } from './sizes';

interface Props {
  tray: Tray;
  limit: number;
  words: Words;
  language: string;
  onRemove: (file: File) => void;
}

/** A picture that the browser can show. A drawing (SVG) may carry scripts: it has its name alone. */
const isShown = (file: File): boolean => /^image\/(?:png|jpeg|gif|webp|avif)$/.test(file.type);

function Preview({ file }: { file: File }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url === '' ? null : <img src={url} alt="" />;
}

export function TrayList({ tray, limit, words, language, onRemove }: Props) {
  const { files, refused } = tray;
  return (
    <div class="tray">
      <p class="quiet" role={refused === null ? 'status' : 'alert'}>
        {refused !== null && `${words(`refused.${refused.why}`, { name: refused.name })}. `}
        {words('attach.hint', { size: sizeOf(limit, language), count: FILES_AT_ONCE })}
      </p>
      {files.length > 0 && (
        <ul aria-label={words('files')}>
          {files.map((file) => (
            <li key={`${file.name}/${file.size}/${file.lastModified}`}>
              {isShown(file) && <Preview file={file} />}
              <span>
                {file.name} <small>{sizeOf(file.size, language)}</small>
              </span>
              <button type="button" class="close" aria-label={words('file.remove', { name: file.name })} onClick={() => onRemove(file)}>
                <svg viewBox="0 0 24 24" aria-hidden="true">
                  <path d="M6 6l12 12M18 6L6 18" />
                </svg>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
