import { beforeEach, expect, test, vi } from 'vitest';
import { OwnTyping, TheirTyping } from './typing';

let now = 0;
let told: boolean[] = [];
let shown: boolean[] = [];
const own = (): OwnTyping => new OwnTyping(async (isTyping) => void told.push(isTyping), () => now);

beforeEach(() => {
  vi.useFakeTimers();
  now = 1000;
  told = [];
  shown = [];
});

test('a sentence of ten seconds is told of four times, however many keys it takes', () => {
  const typing = own();
  for (let key = 0; key < 100; key += 1) {
    typing.wrote('x'.repeat(key + 1));
    now += 100;
  }
  expect(told).toEqual([true, true, true, true]);
});

test('who takes all words back types no more, and says so once', () => {
  const typing = own();
  typing.wrote('Hello');
  typing.wrote('');
  typing.wrote('  ');
  expect(told).toEqual([true, false]);
});

test('an empty field was never typed in', () => {
  own().wrote('');
  expect(told).toEqual([]);
});

test('the next words after sending are told of at once', () => {
  const typing = own();
  typing.wrote('Hello');
  typing.sent();
  typing.wrote('A');
  expect(told).toEqual([true, true]);
});

test('a server that does not listen is no fault of the words', async () => {
  const typing = new OwnTyping(() => Promise.reject(new Error('offline')), () => now);
  expect(() => typing.wrote('Hello')).not.toThrow();
  await Promise.resolve();
});

test('an agent of whom nothing is heard for six seconds types no more', () => {
  const typing = new TheirTyping((isTyping) => shown.push(isTyping));
  typing.hear(true);
  vi.advanceTimersByTime(4000);
  typing.hear(true);
  vi.advanceTimersByTime(5999);
  expect(shown).toEqual([true, true]);
  vi.advanceTimersByTime(1);
  expect(shown).toEqual([true, true, false]);
});

test('an agent who has stopped is not shown to stop again', () => {
  const typing = new TheirTyping((isTyping) => shown.push(isTyping));
  typing.hear(true);
  typing.hear(false);
  vi.advanceTimersByTime(10_000);
  expect(shown).toEqual([true, false]);
});
