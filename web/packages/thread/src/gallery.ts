/** Pictures of one message that stand together: which, and how they share the rows of a grid. */
import type { MediaPart, Part } from '@halfminute/api';

export type Block = { kind: 'part'; part: Part } | { kind: 'gallery'; parts: MediaPart[] };

/** A grid of six columns is divided by two and by three. */
export const GALLERY_COLUMNS = 6;
/** More are counted on the last tile. */
export const GALLERY_LIMIT = 10;

const isPicture = (part: Part): part is MediaPart =>
  part.type === 'media' && (part.kind === 'image' || part.kind === 'video');

/** Neighbouring pictures become a gallery; a picture by itself stays a part. */
export function blocksOf(parts: readonly Part[]): Block[] {
  const blocks: Block[] = [];
  for (const part of parts) {
    const last = blocks.at(-1);
    if (isPicture(part) && last?.kind === 'gallery') last.parts.push(part);
    else if (isPicture(part) && last?.kind === 'part' && isPicture(last.part)) {
      blocks[blocks.length - 1] = { kind: 'gallery', parts: [last.part, part] };
    } else blocks.push({ kind: 'part', part });
  }
  return blocks;
}

/** Columns of each of `count` tiles: the first rows hold fewer and so larger ones. */
export function gallerySpans(count: number): number[] {
  if (count <= 1) return Array<number>(count).fill(GALLERY_COLUMNS);
  if (count === 3) return [GALLERY_COLUMNS, 3, 3];
  const pairs = { 0: 0, 1: 2, 2: 1 }[count % 3] ?? 0;
  return [...Array<number>(2 * pairs).fill(3), ...Array<number>(count - 2 * pairs).fill(2)];
}
