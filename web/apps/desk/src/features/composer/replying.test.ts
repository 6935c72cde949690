import { expect, test } from 'vitest';
import { sampleConversation } from '../../core/samples';
import { barOf, keepsFromEditing } from './replying';

const UNTIL = '2026-03-02T10:00:00Z';
const OWNERS = { owner_name: 'Support', is_connected: true, can_reply: true, can_delete: true };

test('where the channel sets no end, nothing keeps an answer back', () => {
  expect(barOf(sampleConversation('c'), Number.MAX_SAFE_INTEGER)).toBeNull();
});

test('an answer may be sent until the time is over', () => {
  const conversation = sampleConversation('c', { business: OWNERS, reply_until: UNTIL });
  expect(barOf(conversation, Date.parse(UNTIL))).toBeNull();
  expect(barOf(conversation, Date.parse(UNTIL) + 1)).toBe('window');
});

test('what the owner has taken back goes before the time', () => {
  const late = { reply_until: UNTIL };
  const ended = { ...OWNERS, is_connected: false };
  const silent = { ...OWNERS, can_reply: false };
  const now = Date.parse(UNTIL) + 1;
  expect(barOf(sampleConversation('c', { ...late, business: ended }), now)).toBe('disconnected');
  expect(barOf(sampleConversation('c', { ...late, business: silent }), now)).toBe('right');
});

test('what was sent may be edited when the time for answers is over', () => {
  expect([null, 'window', 'right', 'disconnected'].map((bar) => keepsFromEditing(bar as never))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
