import { expect, it } from 'vitest';
import { ME, sampleConversation } from './samples';
import { ownLists } from './selectors';
import type { DeskState } from './state';

it('lists the silent ones apart from those that were just answered', () => {
  const answered = sampleConversation('answered', { awaiting: 'customer' });
  const silent = sampleConversation('silent', { awaiting: 'customer', silent_since: '2026-03-01T10:10:00Z' });
  const back = sampleConversation('back', { unanswered_since: '2026-03-01T10:12:00Z', returned_at: '2026-03-01T10:12:00Z' });
  const state = {
    user: { id: ME },
    conversations: new Map([answered, silent, back].map((view) => [view.id, view])),
  } as unknown as DeskState;

  expect(ownLists(state)).toEqual({ waiting: [back], answered: [answered], silent: [silent], wrapUp: [] });
});
