import type { ContactThread, MessageView } from '@halfminute/api';
import { expect, test } from 'vitest';
import { newItem } from './outbox';
import { withMessage, withNewest } from './thread';

const message = (id: string): MessageView => ({ id }) as MessageView;
const thread = (...ids: string[]): ContactThread =>
  ({ items: ids.map(message), has_more: true }) as unknown as ContactThread;
const ids = (messages: readonly MessageView[]): string[] => messages.map(({ id }) => id);

test('a message takes its place once, whenever it comes', () => {
  const messages = [message('1'), message('3')];
  expect(ids(withMessage(messages, message('2')))).toEqual(['1', '2', '3']);
  expect(ids(withMessage(messages, message('3')))).toEqual(['1', '3']);
});

test('what was read before stays above what is read anew', () => {
  const state = { messages: ['1', '2', '3'].map(message), hasEarlier: false };
  const joined = withNewest(state, thread('3', '4'));
  expect(ids(joined.messages)).toEqual(['1', '2', '3', '4']);
  expect(joined.hasEarlier).toBe(false);
});

test('where something may be missing between them, it goes', () => {
  const state = { messages: ['1', '2'].map(message), hasEarlier: false };
  const joined = withNewest(state, thread('5', '6'));
  expect(ids(joined.messages)).toEqual(['5', '6']);
  expect(joined.hasEarlier).toBe(true);
});

test('words written in one millisecond keep their order, under ids of their own', () => {
  const items = Array.from({ length: 50 }, (_, number) => newItem(String(number)));
  const times = items.map((item) => item.created_at);
  expect([...new Set(times)].sort()).toEqual(times);
  expect(new Set(items.map((item) => item.client_id)).size).toBe(50);
  for (const { client_id } of items) {
    expect(client_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
