import type { Wallboard, WallboardFigures } from '@halfminute/api';
import { describe, expect, test } from 'vitest';
import {
  ageSeconds,
  QUARTER_MS,
  runsOf,
  slotsOf,
  SteadyTone,
  toneAbove,
  toneBelow,
  topOf,
  waitedSeconds,
  yOf,
} from './wallboard';

const NOON = Date.parse('2026-11-02T12:00:00Z');

describe('tones', () => {
  test('a wait is close to its limit before it is past it', () => {
    expect([10, 22.5, 30, 30.1].map((wait) => toneBelow(wait, 30))).toEqual([
      'good',
      'near',
      'near',
      'over',
    ]);
  });

  test('a share just short of its target is close', () => {
    expect([0.98, 0.979, 0.96].map((share) => toneAbove(share, 0.98))).toEqual([
      'good',
      'near',
      'over',
    ]);
  });

  test('nothing has no tone', () => {
    expect([toneBelow(null, 30), toneAbove(null, 0.98)]).toEqual(['none', 'none']);
  });

  test('a tone changes when the other has lasted ten seconds', () => {
    const steady = new SteadyTone();
    expect(steady.next('good', 0)).toBe('good');
    expect(steady.next('over', 1000)).toBe('good');
    expect(steady.next('good', 5000)).toBe('good');
    expect(steady.next('over', 6000)).toBe('good');
    expect(steady.next('over', 15_999)).toBe('good');
    expect(steady.next('over', 16_000)).toBe('over');
    expect(steady.next('none', 16_001)).toBe('none');
  });
});

test('a wait goes on until its figures are old', () => {
  const figures = { waiting_since: '2026-11-02T12:00:00Z' } as WallboardFigures;
  const board = { as_of: '2026-11-02T12:00:10Z' } as Wallboard;
  expect(waitedSeconds(figures, board, false, NOON + 12_000)).toBe(12);
  expect(waitedSeconds(figures, board, true, NOON + 99_000)).toBe(10);
  expect(waitedSeconds({ ...figures, waiting_since: null }, board, false, NOON)).toBeNull();
});

test('figures have an age from the moment up to which they are counted', () => {
  const board = { as_of: '2026-11-02T12:00:00Z' } as Wallboard;
  expect(ageSeconds(board, NOON + 6500)).toBe(6.5);
  expect(ageSeconds(board, NOON - 100)).toBe(0);
  expect(ageSeconds({ ...board, as_of: null }, NOON)).toBeNull();
});

test('a line breaks where there is no value', () => {
  expect(runsOf([null, 10, 20, null, 5], 100, 20, 20)).toEqual([
    [
      { x: 25, y: 10 },
      { x: 50, y: 0 },
    ],
    [{ x: 100, y: 15 }],
  ]);
});

test('a value stays in its box', () => {
  expect([-1, 0, 10, 99].map((value) => yOf(value, 10, 10))).toEqual([10, 10, 0, 0]);
  expect(topOf([null, 4], 30)).toBe(45);
  expect(topOf([100], 30)).toBeCloseTo(110);
});

test('the last six hours have a place for every quarter', () => {
  const quarter = { start_at: '2026-11-02T11:45:00Z', offered_count: 3 };
  const board = { quarters: [quarter] } as Wallboard;
  const slots = slotsOf(board, NOON + 1000);
  expect(slots).toHaveLength(24);
  expect(slots[23]).toEqual({ startMs: NOON, quarter: null });
  expect(slots[22]).toEqual({ startMs: NOON - QUARTER_MS, quarter });
});
