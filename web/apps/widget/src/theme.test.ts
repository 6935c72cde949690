import { describe, expect, test } from 'vitest';
import { contrast, themeOf } from './theme';

test('black on white has the greatest contrast there is', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 1);
});

describe.each(['#1a6b54', '#ffff00', '#ffffff', '#000000', '#ff69b4', '#808080'])('%s', (accent) => {
  test('can be written upon', () => {
    const theme = themeOf(accent);
    expect(contrast(theme.accent, theme.onAccent)).toBeGreaterThanOrEqual(4.5);
  });
});

test('a colour that can be read is left as it is', () => {
  expect(themeOf('#1a6b54').accent).toBe('#1a6b54');
});
