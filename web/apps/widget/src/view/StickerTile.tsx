/** A sticker to choose: still, and moving while it is pointed at, unless no motion is wanted. */
import type { StickerView } from '@halfminute/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Addresses } from '../core/addresses';
import { useAddress } from './useAddress';

interface Props {
  sticker: StickerView;
  addresses: Addresses;
  label: string;
  /** Whether the Tab key stops here: at one of the grid's tiles. */
  isStop: boolean;
  onFocus: () => void;
  onChoose: () => void;
}

const canMove = ({ format, file_state }: StickerView): boolean =>
  format !== 'webp' && file_state === 'ready' && !matchMedia('(prefers-reduced-motion: reduce)').matches;

export function StickerTile({ sticker, addresses, label, isStop, onFocus, onChoose }: Props) {
  const { format } = sticker;
  const [isPointedAt, setPointedAt] = useState(false);
  const [isDrawn, setDrawn] = useState(false);
  const stage = useRef<HTMLSpanElement>(null);
  const isStill = format === 'webp' && sticker.file_state === 'ready';
  const still = useAddress(addresses, sticker.thumbnail_file_id ?? (isStill ? sticker.file_id : null));
  const isMoving = isPointedAt && canMove(sticker);
  const url = useAddress(addresses, isMoving ? sticker.file_id : null).address?.url;

  useEffect(() => {
    const place = stage.current;
    if (!isMoving || format !== 'tgs' || url === undefined || place === null) return;
    const leaving = new AbortController();
    void import('@halfminute/thread/animation')
      .then(({ drawAnimation }) => drawAnimation(place, url, leaving.signal))
      .then((drawn) => {
        leaving.signal.addEventListener('abort', () => drawn.destroy());
        drawn.play();
        setDrawn(true);
      })
      // Its still picture stands there.
      .catch(() => undefined);
    return () => leaving.abort();
  }, [isMoving, url]);
  useEffect(() => {
    if (!isMoving) setDrawn(false);
  }, [isMoving]);

  return (
    <button
      type="button"
      class="tile"
      tabIndex={isStop ? 0 : -1}
      aria-label={label}
      onClick={onChoose}
      onFocus={() => {
        setPointedAt(true);
        onFocus();
      }}
      onBlur={() => setPointedAt(false)}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
    >
      {isMoving && format === 'webm' && url !== undefined && (
        <video src={url} loop muted autoPlay playsInline onLoadedData={() => setDrawn(true)} />
      )}
      <span ref={stage} />
      {!isDrawn &&
        (still.address === null || still.isBroken ? (
          <i>{sticker.emojis[0] ?? '⬚'}</i>
        ) : (
          <img src={still.address.url} alt="" loading="lazy" onError={still.onBroken} />
        ))}
    </button>
  );
}
