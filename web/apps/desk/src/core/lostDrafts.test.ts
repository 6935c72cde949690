/** What was being written is kept when its conversation goes to somebody else. */
import type { TransferView } from '@halfminute/api';
import { expect, test } from 'vitest';
import { LostDrafts, lossIn, type LostDraft } from './lostDrafts';
import { ME, sampleConversation, sampleDesk, sampleEvent, sampleMessage } from './samples';
import { stateFrom } from './state';
import { MemoryStorage } from './storage';

const GIVEN: TransferView = {
  id: 't1',
  conversation_id: 'c1',
  contact_name: 'Vera',
  transferred_by: 'chief',
  from_agent_id: ME,
  from_agent_name: 'Me',
  queue_id: 'queue-1',
  queue_name: 'Support',
  target_agent_id: 'bob',
  target_agent_name: 'Bob',
  target_until: null,
  outcome: 'given',
  taken_by: 'bob',
  taken_by_name: 'Bob',
};

const before = stateFrom(sampleDesk({ conversations: [sampleConversation('c1')] }));

function told(change: Partial<TransferView>, stream = `agent:${ME}`) {
  return sampleEvent(stream, 1, 'ConversationAssigned', {
    conversation: sampleConversation('c1', { agent_id: 'bob' }),
    message: sampleMessage('m1', 'c1', { direction: 'internal', transfer: { ...GIVEN, ...change } }),
  });
}

test('what somebody else gives away of ours is a loss, and says who has it', () => {
  expect(lossIn(told({}), before)).toEqual({
    conversationId: 'c1',
    name: 'Contact c1',
    to: 'Bob',
    queue: 'Support',
  });
});

test('what we pass on ourselves, or are given, or others lose, is none', () => {
  expect(lossIn(told({ transferred_by: ME }), before)).toBeNull();
  expect(lossIn(told({ taken_by: ME }), before)).toBeNull();
  expect(lossIn(told({}, 'conversation:c1'), before)).toBeNull();
  expect(lossIn(told({}), stateFrom(sampleDesk({ conversations: [] })))).toBeNull();
});

test('lost words outlive the page until they are put away', () => {
  const storage = new MemoryStorage();
  let shown: readonly LostDraft[] = [];
  const parts = { storage, userId: ME, onChange: (drafts: readonly LostDraft[]) => void (shown = drafts) };
  const lost = new LostDrafts(parts);
  lost.keep({ conversationId: 'c1', name: 'Vera', text: 'Dear Vera' });
  lost.keep({ conversationId: 'c1', name: '', text: 'Dear Vera, ten' });
  lost.keep({ conversationId: 'c2', name: 'Oleg', text: '  ' });

  const next = new LostDrafts(parts);
  next.start();
  expect(shown).toEqual([{ conversationId: 'c1', name: 'Vera', text: 'Dear Vera, ten' }]);
  next.putAway('c1');
  expect(shown).toEqual([]);
  new LostDrafts(parts).start();
  expect(shown).toEqual([]);
});
