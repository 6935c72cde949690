import type { MediaPart, Part } from '@halfminute/api';
import { describe, expect, test } from 'vitest';
import { blocksOf, GALLERY_COLUMNS, gallerySpans } from './gallery';

const media = (kind: MediaPart['kind'], name: string): MediaPart & { type: 'media' } => ({
  type: 'media',
  kind,
  file_state: 'ready',
  file_id: name,
  media_type: 'image/png',
  size: null,
  width: null,
  height: null,
  duration_seconds: null,
  name,
  caption: null,
});
const words: Part = { type: 'text', text: 'Hi', entities: [] };

test('neighbouring photos and videos stand together, and nothing is lost or moved', () => {
  const parts = [media('image', 'a'), media('video', 'b'), words, media('image', 'c'), media('file', 'd')];
  const blocks = blocksOf(parts);
  expect(blocks.map((block) => block.kind)).toEqual(['gallery', 'part', 'part', 'part']);
  expect(blocks.flatMap((block) => (block.kind === 'part' ? [block.part] : block.parts))).toEqual(parts);
});

test('no parts, no blocks', () => {
  expect(blocksOf([])).toEqual([]);
});

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('a grid of %i', (count) => {
  test('fills every row to its end', () => {
    const spans = gallerySpans(count);
    expect(spans).toHaveLength(count);
    let column = 0;
    for (const span of spans) {
      column += span;
      expect(column).toBeLessThanOrEqual(GALLERY_COLUMNS);
      column %= GALLERY_COLUMNS;
    }
    expect(column).toBe(0);
  });
});
