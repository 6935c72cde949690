/** Where a visitor chooses a sticker: set by set, by a press, or by the arrow keys. */
import type { OfferedStickers, StickerPart, StickerView } from '@halfminute/api';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { addressesOf } from '../core/addresses';
import type { Api } from '../core/api';
import type { ChosenSticker } from '../core/outbox';
import type { Words } from '../words';
import { columnsOf, stepTo } from './grid';
import { StickerTile } from './StickerTile';

/** How soon it is looked again whether pictures that are on their way have come. */
const LOOK_MS = 3000;

interface Props {
  api: Api;
  words: Words;
  onChoose: (sticker: ChosenSticker) => void;
}

/** What was told last is there at once when it is opened again. */
const told = new WeakMap<Api, OfferedStickers>();

const partOf = (view: StickerView): StickerPart => ({
  type: 'sticker',
  format: view.format,
  file_state: view.file_state,
  emoji: view.emojis[0] ?? '',
  set_name: null,
  file_id: view.file_id,
  thumbnail_file_id: view.thumbnail_file_id,
  width: view.width,
  height: view.height,
});

export function StickerPicker({ api, words, onChoose }: Props) {
  const addresses = addressesOf(api);
  const [offered, setOffered] = useState(told.get(api) ?? null);
  const [isFailed, setFailed] = useState(false);
  const [looks, setLooks] = useState(0);
  const [openAt, setOpenAt] = useState(0);
  const [stop, setStop] = useState(0);
  const box = useRef<HTMLElement>(null);
  const sets = offered?.sets ?? [];
  const open = sets[Math.min(openAt, sets.length - 1)];
  const stickers = open?.stickers ?? [];
  const isIncomplete = sets.some((set) => set.stickers.some(({ file_state }) => file_state === 'pending'));
  const all = (role: string): HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>(role) ?? [])];
  const focusOn = (role: '.tile' | '[role=tab]', index: number): void => all(role)[index]?.focus();

  useEffect(() => {
    let isLeft = false;
    void api.getStickers().then(
      (now) => {
        addresses.keep(now.addresses);
        told.set(api, now);
        if (isLeft) return;
        setOffered(now);
        setFailed(false);
      },
      () => isLeft || setFailed(true),
    );
    return () => {
      isLeft = true;
    };
  }, [looks]);
  useEffect(() => {
    if (!isIncomplete) return;
    const timer = setTimeout(() => setLooks(looks + 1), LOOK_MS);
    return () => clearTimeout(timer);
  }, [isIncomplete, looks]);
  // Whoever opened it by a key goes on by the arrows; nor is the focus lost with a tile that goes.
  useLayoutEffect(() => {
    if (open !== undefined) focusOn('.tile', 0);
    else if (offered !== null) box.current?.focus();
  }, [open === undefined, offered === null]);

  const turnTo = (index: number): void => {
    setOpenAt(index);
    setStop(0);
  };
  const walkTabs = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined && event.key !== 'ArrowDown') return;
    event.preventDefault();
    if (step === undefined) return focusOn('.tile', 0);
    const next = (openAt + step + sets.length) % sets.length;
    turnTo(next);
    focusOn('[role=tab]', next);
  };
  const walk = (event: KeyboardEvent): void => {
    const to = stepTo(stop, stickers.length, columnsOf(all('.tile')), event.key);
    if (to === undefined) return;
    event.preventDefault();
    if (to === null) focusOn('[role=tab]', openAt);
    else focusOn('.tile', to);
  };

  return (
    <section class="picker" aria-label={words('stickers')} tabIndex={-1} ref={box}>
      {offered === null ? (
        <div class="quiet" role={isFailed ? 'alert' : 'status'}>
          {words(isFailed ? 'stickers.failed' : 'loading')}{' '}
          {isFailed && (
            <button type="button" class="link" onClick={() => setLooks(looks + 1)}>
              {words('retry')}
            </button>
          )}
        </div>
      ) : open === undefined ? (
        <p class="quiet" role="status">
          {words('stickers.none')}
        </p>
      ) : (
        <>
          {sets.length > 1 && (
            <div class="tabs" role="tablist" aria-label={words('stickers.sets')} onKeyDown={walkTabs}>
              {sets.map((set, index) => (
                <button
                  key={set.id}
                  type="button"
                  role="tab"
                  aria-selected={set === open}
                  tabIndex={set === open ? 0 : -1}
                  onClick={() => turnTo(index)}
                >
                  {set.title}
                </button>
              ))}
            </div>
          )}
          <div class="grid" role="group" aria-label={open.title} onKeyDown={walk}>
            {stickers.map((sticker, index) => (
              <StickerTile
                key={sticker.id}
                sticker={sticker}
                addresses={addresses}
                label={words('stickers.tile', { emoji: sticker.emojis.join(' ') })}
                isStop={index === stop}
                onFocus={() => setStop(index)}
                onChoose={() => onChoose({ id: sticker.id, part: partOf(sticker) })}
              />
            ))}
          </div>
        </>
      )}
    </section>
  );
}
