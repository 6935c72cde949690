import { describe, expect, it } from 'vitest';
import { columnsOf, stepTo } from './grid';

const tiles = (...tops: number[]) => tops.map((offsetTop) => ({ offsetTop }));

describe('the arrows in a grid', () => {
  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 6, 6],
    ['ArrowLeft', 0, 0],
    ['ArrowLeft', 4, 3],
    ['ArrowDown', 1, 4],
    ['ArrowDown', 5, 6],
    ['ArrowDown', 6, 6],
    ['ArrowUp', 6, 3],
    ['ArrowUp', 2, null],
    ['Home', 5, 0],
    ['End', 0, 6],
    ['Enter', 3, undefined],
    ['Escape', 3, undefined],
  ])('%s from %i leads to %s of three rows of three', (key, at, to) => {
    expect(stepTo(at, 7, 3, key)).toBe(to);
  });

  it('has as many columns as stand in its first row', () => {
    expect(columnsOf(tiles(0, 0, 0, 70, 70))).toBe(3);
    expect(columnsOf(tiles(0, 0))).toBe(2);
    expect(columnsOf([])).toBe(1);
  });
});
