import { describe, expect, test } from 'vitest';
import { findLinks } from './links';

const hrefs = (text: string): string[] =>
  findLinks(text).flatMap((piece) => (typeof piece === 'string' ? [] : [piece.href]));
const told = (text: string): string =>
  findLinks(text).map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');

describe.each([
  ['see https://a.example/b?c=1&d.', ['https://a.example/b?c=1&d']],
  ['(https://a.example)', ['https://a.example']],
  ['https://a.example, http://b.example!', ['https://a.example', 'http://b.example']],
  ['«https://пример.example/путь»', ['https://пример.example/путь']],
  ['no address', []],
  ['javascript:alert(1) data:text/html,x //a.example', []],
  ['<https://a.example>', ['https://a.example']],
  ['https://', []],
])('%s', (text, expected) => {
  test('has its addresses, and no word is lost', () => {
    expect(hrefs(text)).toEqual(expected);
    expect(told(text)).toBe(text);
  });
});
