import { expect, test } from 'vitest';
import { filledRatio, urgencyOf } from './arc';

test('half a minute is within the promise, the next second is not', () => {
  expect([0, 30, 31, 60, 61].map((seconds) => urgencyOf(seconds, 30))).toEqual([
    'within',
    'within',
    'over',
    'over',
    'long',
  ]);
});

test('the ring is full at the promise and stays full', () => {
  expect([-1, 0, 15, 30, 90].map((seconds) => filledRatio(seconds, 30))).toEqual([0, 0, 0.5, 1, 1]);
});
