import type { MessageView } from '@halfminute/api';
import { expect, test } from 'vitest';
import { findUnread } from './reading';

const message = (id: string, delivery: MessageView['delivery']): MessageView =>
  ({ id, delivery, direction: delivery === null ? 'in' : 'out' }) as MessageView;

test.each([
  ['queued', undefined],
  ['sending', undefined],
  ['sent', 'b'],
  ['delivered', 'b'],
  ['read', undefined],
  ['failed', undefined],
] as const)('of an answer that is %s there is this to tell', (delivery, expected) => {
  const thread = [message('a', 'read'), message('b', delivery), message('c', null)];
  expect(findUnread(thread)?.id).toBe(expected);
});

test('of the visitors own words there is nothing to tell', () => {
  expect(findUnread([message('a', null)])).toBeUndefined();
});
