/** A sticker that moves while it is seen; pressed, it stops. Who wants no motion sees it still. */
import type { StickerPart } from '@halfminute/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Addresses } from '../core/addresses';
import type { Words } from '../words';
import { useAddress } from './useAddress';

interface Props {
  part: StickerPart;
  addresses: Addresses;
  words: Words;
}

/** What plays and pauses: a film, or a drawing of the player. */
interface Player {
  play(): unknown;
  pause(): unknown;
}

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

export function Sticker({ part, addresses, words }: Props) {
  const isReady = part.file_state === 'ready';
  const file = useAddress(addresses, isReady ? part.file_id : null);
  const still = useAddress(addresses, part.format === 'webp' ? null : part.thumbnail_file_id);
  const box = useRef<HTMLSpanElement>(null);
  const player = useRef<Player | null>(null);
  const [isSeen, setSeen] = useState(false);
  const [isWanted, setWanted] = useState(!isStill());
  const [isDrawn, setDrawn] = useState(false);
  const url = file.isBroken ? undefined : file.address?.url;
  const isMoving = part.format !== 'webp' && url !== undefined;
  const hasBegun = useRef(false);
  hasBegun.current ||= isMoving && isWanted && isSeen;

  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(place);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const place = box.current;
    if (part.format !== 'tgs' || url === undefined || !hasBegun.current || place === null) return;
    const leaving = new AbortController();
    void import('@halfminute/thread/animation')
      .then(({ drawAnimation }) => drawAnimation(place, url, leaving.signal))
      .then((drawn) => {
        player.current = drawn;
        leaving.signal.addEventListener('abort', () => drawn.destroy());
        setDrawn(true);
      })
      // Its still picture stands there, or its emoji.
      .catch(() => undefined);
    return () => leaving.abort();
  }, [part.format, url, hasBegun.current]);

  useEffect(() => {
    if (isWanted && isSeen) void Promise.resolve(player.current?.play()).catch(() => undefined);
    else player.current?.pause();
  }, [isWanted, isSeen, isDrawn]);

  const picture = part.format === 'webp' ? url : still.address?.url;
  const label = words('sticker', { emoji: part.emoji });
  // The same elements whatever is known of it: what is watched and drawn into must stay.
  return (
    <span class="sticker" {...(isMoving ? {} : { role: 'img' as const, 'aria-label': label })}>
      {part.format === 'webm' && hasBegun.current && (
        <video
          ref={(film) => {
            player.current = film;
          }}
          src={url ?? ''}
          loop
          muted
          playsInline
          onLoadedData={() => setDrawn(true)}
          onError={file.onBroken}
        />
      )}
      <span ref={box} />
      {!isDrawn && (picture === undefined ? <i>{part.emoji || '⬚'}</i> : <img src={picture} alt="" onError={part.format === 'webp' ? file.onBroken : still.onBroken} />)}
      {isMoving && <button type="button" aria-label={label} aria-pressed={isWanted} onClick={() => setWanted(!isWanted)} />}
    </span>
  );
}
