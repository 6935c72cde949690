/** What is to be found among the stickers of an account, and which were used last. Pure. */
import type { StickerPart, StickerSetView, StickerView } from '@halfminute/api';
import type { Storage } from './storage';

/** A sticker with the set it is of. */
export interface Choice {
  sticker: StickerView;
  set: StickerSetView;
}

export const RECENT_LIMIT = 20;

export const choicesOf = (set: StickerSetView): Choice[] =>
  set.stickers.map((sticker) => ({ sticker, set }));

/** Those whose emoji is written in the wish, or whose set is called so. */
export function findStickers(sets: readonly StickerSetView[], wish: string): Choice[] {
  const wanted = plain(wish);
  if (wanted === '') return [];
  return sets.flatMap((set) => {
    const isSet = plain(set.title).includes(wanted) || plain(set.name).includes(wanted);
    return choicesOf(set).filter(
      ({ sticker }) => isSet || sticker.emojis.some((emoji) => wanted.includes(plain(emoji))),
    );
  });
}

/** Skin tones and the way an emoji is drawn tell no two of them apart. */
function plain(words: string): string {
  return words
    .trim()
    .toLowerCase()
    .replace(/\p{Emoji_Modifier}|\uFE0E|\uFE0F/gu, '');
}

/** Where the arrows lead in a grid; null where they lead out of it, upwards. */
export function stepTo(at: number, count: number, columns: number, code: string): number | null {
  const last = count - 1;
  switch (code) {
    case 'ArrowRight':
      return Math.min(last, at + 1);
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowDown': {
      // The last row may be shorter: whoever goes down is to get there.
      const isLastRow = Math.floor(at / columns) === Math.floor(last / columns);
      return isLastRow ? at : Math.min(last, at + columns);
    }
    case 'ArrowUp':
      return at < columns ? null : at - columns;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return at;
  }
}

/** What an agent sent last by one account, newest first. Kept by this browser. */
export class RecentStickers {
  constructor(
    private readonly storage: Storage,
    private readonly userId: string,
  ) {}

  list(accountId: string, sets: readonly StickerSetView[]): Choice[] {
    const known = new Map(sets.flatMap(choicesOf).map((choice) => [choice.sticker.id, choice]));
    return this.ids(accountId).flatMap((id) => known.get(id) ?? []);
  }

  note(accountId: string, stickerId: string): void {
    const others = this.ids(accountId).filter((id) => id !== stickerId);
    const ids = [stickerId, ...others].slice(0, RECENT_LIMIT);
    this.storage.set(this.key(accountId), JSON.stringify(ids));
  }

  private ids(accountId: string): string[] {
    try {
      const kept: unknown = JSON.parse(this.storage.get(this.key(accountId)) ?? '[]');
      return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
    } catch {
      return [];
    }
  }

  private key(accountId: string): string {
    return `halfminute.stickers.${this.userId}.${accountId}`;
  }
}

/** The sticker as a message shows it. */
export function partOf({ sticker, set }: Choice): StickerPart {
  return {
    type: 'sticker',
    format: sticker.format,
    file_state: sticker.file_state,
    emoji: sticker.emojis[0] ?? '',
    set_name: set.name,
    file_id: sticker.file_id,
    thumbnail_file_id: sticker.thumbnail_file_id,
    width: sticker.width,
    height: sticker.height,
  };
}
