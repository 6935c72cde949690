import { describe, expect, test } from 'vitest';
import cases from './splitting.cases.json';
import { lengthIn, splitText, type TextUnit } from './splitting';

describe('the server’s rule', () => {
  test.each(cases)('$unit, $limit: $text', ({ text, limit, unit, pieces }) => {
    expect(splitText(text, limit, unit as TextUnit)).toEqual(pieces);
  });
});

test('Telegram counts an emoji as two, others as one', () => {
  expect(lengthIn('utf16', 'ok 👍')).toBe(5);
  expect(lengthIn('code_points', 'ok 👍')).toBe(4);
});
