import { expect, test } from 'vitest';
import { meanWait, percent } from './numbers';

test('a share that just falls short of its target does not look like it', () => {
  expect([0.97999, 0.98, 0.29, 1, 0].map((ratio) => percent(ratio, 'en'))).toEqual([
    '97.9%',
    '98%',
    '29%',
    '100%',
    '0%',
  ]);
});

test('nor does a mean wait', () => {
  expect([29.2, 30, 30.1].map((seconds) => meanWait(seconds, 'en'))).toEqual(['0:30', '0:30', '0:31']);
});

test('of nothing there is neither', () => {
  expect([percent(null, 'en'), meanWait(null, 'ru')]).toEqual([null, null]);
});
