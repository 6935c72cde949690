import type { Entity } from '@halfminute/api';
import { expect, test } from 'vitest';
import { keepEntities } from './keeping';

/** Marks are written as `[words]`, one after the other or one within another. */
function read(marked: string): { text: string; spans: [number, number][] } {
  const spans: [number, number][] = [];
  const open: number[] = [];
  let text = '';
  for (const character of marked) {
    if (character === '[') open.push(spans.push([[...text].length, 0]) - 1);
    else if (character === ']') spans[open.pop() ?? 0]![1] = [...text].length;
    else text += character;
  }
  return { text, spans };
}

function marks(marked: string, type: Entity['type']): Entity[] {
  return read(marked).spans.map(([start, end]) => ({ type, offset: start, length: end - start }));
}

function keep(before: string, after: string, type: Entity['type'] = 'bold'): Entity[] {
  return keepEntities(read(before).text, marks(before, type), read(after).text);
}

test.each([
  ['nothing is changed', 'The [fast] plan', 'The [fast] plan'],
  ['words are added before', 'The [fast] plan', 'Try the [fast] plan'],
  ['words are added behind', 'The [fast] plan', 'The [fast] plan is here'],
  ['words are added right before it', '[fast]', 'very [fast]'],
  ['words are added right behind it', '[fast]', '[fast] enough'],
  ['words are added within it', 'The [fast plan]', 'The [fast new plan]'],
  ['its words are changed', 'The [fast] plan', 'The [slow] plan'],
  ['its end is taken away', 'The [fast plan]', 'The [fast]'],
  ['its beginning is taken away', '[The fast] plan', '[fast] plan'],
  ['it is taken away', 'The [fast] plan', 'The plan'],
  ['another is taken away', '[One] [two] [three]', '[One] [three]'],
  ['one within another', '[The [fast] plan]', '[The very [fast] plan]'],
  ['emoji count as one', '👍🏽 [fast]', '👍🏽👍🏽 [fast]'],
  ['all is taken away', '[fast]', ''],
  ['a word grows', 'The [fast], good plan', 'The [faster], good plan'],
  ['a part of a word that is another now', 'un[real]', 'unreasonable'],
])('%s', (_case, before, after) => {
  expect(keep(before, after)).toEqual(marks(after, 'bold'));
});

test('an address is told anew by its words, a link stays', () => {
  expect(keep('see [a.example]', 'see [ab.example]', 'url')).toEqual([]);
  expect(keep('see [a.example]', 'do see [a.example]', 'url')).toHaveLength(1);
  const link: Entity = { type: 'text_link', offset: 4, length: 4, url: 'https://a.example/' };
  expect(keepEntities('see here', [link], 'see hear')).toEqual([link]);
});
