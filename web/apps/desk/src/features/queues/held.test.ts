import { expect, it } from 'vitest';
import { sampleConversation } from '../../core/samples';
import { heldPartOf } from './held';

it('tells who is talked with from whom is waited for, written up, or held for the opening', () => {
  const silent_since = '2026-03-01T10:10:00Z';
  expect(heldPartOf(sampleConversation('a', { state: 'new' }))).toBe('opening');
  expect(heldPartOf(sampleConversation('a'))).toBe('talking');
  expect(heldPartOf(sampleConversation('a', { silent_since }))).toBe('silent');
  expect(heldPartOf(sampleConversation('a', { state: 'wrap_up' }))).toBe('wrapUp');
});
