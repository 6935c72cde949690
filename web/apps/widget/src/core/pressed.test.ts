import { expect, test } from 'vitest';
import type { MessageView } from '@halfminute/api';
import type { Item } from './outbox';
import { pressedOf } from './pressed';

const question = { id: 'q', direction: 'out' } as MessageView;
const answer = (text: string, to: string): MessageView =>
  ({ id: text, direction: 'in', reply_to: { message_id: to }, parts: [{ type: 'text', text }] }) as unknown as MessageView;
const waiting: Item = { client_id: '1', text: 'Roaming', created_at: '', refused: null, reply_to: 'q' };

test('none is pressed before an answer to the very message', () => {
  expect(pressedOf(question, [question, answer('Bill', 'other')], [])).toBeUndefined();
});

test('a press counts from the moment it is on its way', () => {
  expect(pressedOf(question, [question], [waiting])).toBe('Roaming');
});

test('a press that was received is what the thread says', () => {
  expect(pressedOf(question, [question, answer('Bill', 'q')], [])).toBe('Bill');
});
