import { describe, expect, test } from 'vitest';
import { contrast, inkOn } from './contrast';

test('black on white has the greatest contrast there is', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 1);
});

describe.each(['#1a6b54', '#ffff00', '#ffffff', '#000000', '#ff69b4', '#808080', '#767676', '#777777'])('%s', (colour) => {
  test('can be written upon', () => {
    expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5);
  });
});

test('white is preferred as long as it can be read', () => {
  expect(inkOn('#1a6b54')).toBe('#ffffff');
  expect(inkOn('#ffd400')).toBe('#000000');
});
