/** What a lightbox can show of a message's media: what is here. */
import type { MediaPart } from '@halfminute/api';
import { kindName } from '../../shell/kinds';
import { t } from '../../shell/words.svelte';

/** Whether another attempt may bring what is not here. */
export const canFetchAgain = (part: MediaPart): boolean =>
  part.file_id !== null && (part.file_state === 'failed' || part.file_state === 'expired');

export interface Shown {
  id: string;
  isFilm: boolean;
  /** Says whose it is, and which of how many. */
  label: string;
  /** For who saves it. */
  name: string;
  /** A small picture of it, where the server has one. */
  thumbnailUrl: string | undefined;
}

export function shownOf(parts: readonly MediaPart[], author: string): Shown[] {
  const here = parts.filter((part) => part.file_state === 'ready' && part.file_id !== null);
  return here.map((part, index) => ({
    id: part.file_id ?? '',
    isFilm: part.kind !== 'image',
    label: labelOf(part, { number: index + 1, count: here.length, name: author }),
    name: part.name || kindName(part.kind),
    thumbnailUrl: part.thumbnail_url,
  }));
}

function labelOf(part: MediaPart, place: { number: number; count: number; name: string }): string {
  const key = part.kind === 'image' ? 'file.photo' : 'file.video';
  return place.count === 1 ? t(`${key}.of`, place) : t(`${key}.number`, place);
}
