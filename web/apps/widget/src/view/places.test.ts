import type { WaitFrame } from '@halfminute/api';
import { expect, it } from 'vitest';
import { addWords, wordsIn } from '../words';
import en from '../words/asides/en.json';
import ru from '../words/asides/ru.json';
import { placeWords } from './places';

addWords({ en, ru });

const told = (language: string, position: number, least: number, most: number): string =>
  placeWords(frame(position, { least_minutes: least, most_minutes: most }), wordsIn(language)).replaceAll('\u00a0', ' ');

function frame(position: number, expected: WaitFrame['expected_wait']): WaitFrame {
  return { type: 'wait', stream: 'conversation:1', position, expected_wait: expected };
}

it.each([
  ['en', 2, 1, 3, 'Your place in the queue: 2. Expected wait: about 1 to 3 minutes.'],
  ['en', 1, 0, 1, 'You are next. Expected wait: less than a minute.'],
  ['en', 4, 0, 5, 'Your place in the queue: 4. Expected wait: less than 5 minutes.'],
  ['en', 9, 60, 120, 'Your place in the queue: 9. Expected wait: about 60 to 120 minutes.'],
  ['en', 9, 60, 180, 'Your place in the queue: 9. Expected wait: about 1 to 3 hours.'],
  ['en', 9, 0, 240, 'Your place in the queue: 9. Expected wait: less than 4 hours.'],
  ['ru', 2, 1, 3, 'Ваше место в очереди: 2. Ожидание: примерно от 1 до 3 минут.'],
  ['ru', 1, 0, 1, 'Перед вами никого нет. Ожидание: меньше минуты.'],
  ['ru', 3, 0, 2, 'Ваше место в очереди: 3. Ожидание: меньше 2 минут.'],
  ['ru', 9, 120, 180, 'Ваше место в очереди: 9. Ожидание: примерно от 2 до 3 часов.'],
])('%s: place %i, %i to %i minutes', (language, position, least, most, words) => {
  expect(told(language, position, least, most)).toBe(words);
});

it('says nothing of a wait of which nothing is known', () => {
  expect(placeWords(frame(2, null), wordsIn('en'))).toBe('Your place in the queue: 2.');
});
