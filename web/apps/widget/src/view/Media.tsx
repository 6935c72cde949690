/** A picture, a sound, a film or a document of the thread. What is not here says why. */
import type { MediaPart } from '@halfminute/api';
import type { Addresses } from '../core/addresses';
import type { Words } from '../words';
import { sizeOf } from './sizes';
import { useAddress } from './useAddress';

interface Props {
  part: MediaPart;
  addresses: Addresses;
  words: Words;
  language: string;
}

const MOVING = new Set(['video', 'video_note', 'animation']);
const SOUNDS = new Set(['audio', 'voice']);

const WIDTH = 260;
const HEIGHT = 340;

/** Its place from the beginning, so that nothing jumps when it comes. */
function frameOf({ width, height }: MediaPart): { aspectRatio: string; width: string } {
  const ratio = width && height ? Math.min(4, Math.max(0.25, width / height)) : 4 / 3;
  return { aspectRatio: String(ratio), width: `${Math.round(Math.min(WIDTH, HEIGHT * ratio))}px` };
}

export function Media({ part, addresses, words, language }: Props) {
  const isReady = part.file_state === 'ready';
  const { address, isBroken, onBroken, retry } = useAddress(
    addresses,
    isReady ? part.file_id : null,
    part.thumbnail_url !== undefined,
  );
  const name = part.name || words(`file.${part.kind}`);
  if (!isReady || isBroken) {
    return (
      <p class="file">
        <b>{name}</b>
        <span class="quiet" role="status">{words(isReady ? 'file.broken' : `file.state.${part.file_state}`)}</span>
        {isBroken && (
          <button type="button" class="link" onClick={retry}>
            {words('retry')}
          </button>
        )}
        {isBroken && address !== null && (
          <a href={address.url} target="_blank" rel="noopener noreferrer" download={part.name}>
            {words('file.download')}
          </a>
        )}
      </p>
    );
  }
  const frame = frameOf(part);
  // A still picture that moves as a picture does, and not as a film.
  const isPicture = part.kind === 'image' || part.media_type.startsWith('image/');
  const link = address === null ? {} : { href: address.url };
  if (isPicture) {
    return (
      <a class="picture" style={frame} {...link} target="_blank" rel="noopener noreferrer" aria-label={words('file.open', { name })}>
        {address !== null && <img src={address.thumbnail_url ?? address.url} alt="" onError={onBroken} />}
      </a>
    );
  }
  if (MOVING.has(part.kind)) {
    return (
      <video
        controls
        playsInline
        preload={address?.thumbnail_url ? 'none' : 'metadata'}
        style={frame}
        aria-label={name}
        {...(address !== null && { src: address.url, poster: address.thumbnail_url ?? '' })}
        onError={onBroken}
      />
    );
  }
  if (SOUNDS.has(part.kind)) {
    return <audio controls preload="metadata" aria-label={name} {...(address !== null && { src: address.url })} onError={onBroken} />;
  }
  return (
    <a class="file" {...link} target="_blank" rel="noopener noreferrer" download={part.name}>
      <b>{name}</b>
      <span>{part.size === null ? words('file.download') : `${words('file.download')} · ${sizeOf(part.size, language)}`}</span>
    </a>
  );
}
