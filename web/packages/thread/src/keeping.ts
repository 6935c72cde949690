/** What is left of a text's marks when somebody has changed its words. */
import type { Entity } from '@halfminute/api';

/** Marks of how words look and where they lead, which other words in their place may have too. What
 * is told by the words themselves (an address, a name) is theirs alone. */
const CARRIED = new Set<string>([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
  'pre',
  'text_link',
  'text_mention',
]);

const LETTER = /[\p{L}\p{M}\p{N}]/u;

/** `two` in the place of `three` is another word, though both begin with the same letter. */
const isWithinWord = (of: string[], place: number): boolean =>
  LETTER.test(of[place - 1] ?? '') && LETTER.test(of[place] ?? '');

/** The entities of `before` as they stand in `after`, in code points. One stretch of the words counts
 * as changed: from the first word that differs to the last. Words that come before or behind a mark do not
 * get it, words within it do. */
export function keepEntities(
  before: string,
  entities: readonly Entity[],
  after: string,
): Entity[] {
  const old = [...before];
  const now = [...after];
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  while (isWithinWord(old, head) || isWithinWord(now, head)) head -= 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  while (isWithinWord(old, old.length - tail) || isWithinWord(now, now.length - tail)) tail -= 1;
  const tailStart = old.length - tail;
  const shift = now.length - old.length;

  const startOf = (place: number): number => {
    if (place >= tailStart) return place + shift;
    return place <= head ? place : now.length - tail;
  };
  const endOf = (place: number): number => {
    if (place <= head) return place;
    return place >= tailStart ? place + shift : head;
  };
  const words = (of: string[], start: number, end: number): string => of.slice(start, end).join('');

  return entities.flatMap((entity) => {
    const end = entity.offset + entity.length;
    const moved = { start: startOf(entity.offset), end: endOf(end) };
    if (moved.end <= moved.start) return [];
    const isSame = words(old, entity.offset, end) === words(now, moved.start, moved.end);
    if (!isSame && !CARRIED.has(entity.type)) return [];
    return [{ ...entity, offset: moved.start, length: moved.end - moved.start }];
  });
}
