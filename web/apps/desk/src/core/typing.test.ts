import { beforeEach, expect, test } from 'vitest';
import { Typing } from './typing';

let now: number;
let told: [string, boolean][];
let isAway: boolean;

function openTyping(): Typing {
  return new Typing({
    now: () => now,
    tell: async (id, isTyping) => {
      told.push([id, isTyping]);
      if (isAway) throw new Error('offline');
    },
  });
}

beforeEach(() => {
  now = 1000;
  told = [];
  isAway = false;
});

test('while the words change the server is told every four seconds, and no more often', () => {
  const typing = openTyping();
  for (let second = 0; second < 12; second += 0.5) {
    typing.wrote('c', 'Hello'.slice(0, 1 + (second % 5)));
    now += 500;
  }
  expect(told).toEqual([
    ['c', true],
    ['c', true],
    ['c', true],
  ]);
});

test('with no words left nobody types, and that is told once', () => {
  const typing = openTyping();
  typing.wrote('c', '');
  typing.wrote('c', 'H');
  typing.wrote('c', '  ');
  typing.wrote('c', '');
  expect(told).toEqual([
    ['c', true],
    ['c', false],
  ]);
});

test('after the words were sent the next ones are told at once', () => {
  const typing = openTyping();
  typing.wrote('c', 'H');
  typing.sent('c');
  typing.wrote('c', '');
  typing.wrote('c', 'N');
  expect(told).toEqual([
    ['c', true],
    ['c', true],
  ]);
});

test('each conversation is told for itself, and a server that is away is nobody’s trouble', () => {
  isAway = true;
  const typing = openTyping();
  typing.wrote('a', 'H');
  typing.wrote('b', 'H');
  expect(told).toEqual([
    ['a', true],
    ['b', true],
  ]);
});
