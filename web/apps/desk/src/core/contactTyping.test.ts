import type { EventFrame, TypingFrame } from '@halfminute/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ContactTyping } from './contactTyping';
import { sampleEvent } from './samples';

let shown: string[][];
let tell: (frames: readonly EventFrame[]) => void;
let typing: ContactTyping;
const frame = (id: string, change: Partial<TypingFrame> = {}): TypingFrame => ({
  type: 'typing',
  stream: `conversation:${id}`,
  by: 'contact',
  is_typing: true,
  ...change,
});

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  typing = new ContactTyping({
    onEvents: (listener) => (tell = listener),
    update: (change) => void shown.push([...(change.typing ?? [])]),
  });
});

afterEach(() => void vi.useRealTimers());

test('a contact of whom nothing is heard for six seconds types no more', () => {
  typing.hear(frame('a'));
  vi.advanceTimersByTime(4000);
  typing.hear(frame('a'));
  vi.advanceTimersByTime(5999);
  expect(shown).toEqual([['a']]);
  vi.advanceTimersByTime(1);
  expect(shown).toEqual([['a'], []]);
});

test('two who type are told apart', () => {
  typing.hear(frame('a'));
  typing.hear(frame('b'));
  typing.hear(frame('a', { is_typing: false }));
  expect(shown).toEqual([['a'], ['a', 'b'], ['b']]);
});

test('whose words have come types no more', () => {
  typing.hear(frame('a'));
  tell([sampleEvent('conversation:a', 1, 'MessageReceived', {})]);
  expect(shown).toEqual([['a'], []]);
});

test('a colleague who types is no contact', () => {
  typing.hear(frame('a', { by: 'agent' }));
  expect(shown).toEqual([]);
});
