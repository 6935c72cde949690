import { expect, it } from 'vitest';
import { ME, QUEUE, sampleConversation } from './samples';
import { ownLists, queueSummaries } from './selectors';
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

it('says that who has come back waits since then, though the place in line is older', () => {
  const queued = { state: 'queued', agent_id: null } as const;
  const back = sampleConversation('back', {
    ...queued,
    queued_at: '2026-03-01T10:00:00Z',
    unanswered_since: '2026-03-01T12:00:00Z',
  });
  const other = sampleConversation('other', {
    ...queued,
    queued_at: '2026-03-01T11:59:00Z',
    unanswered_since: '2026-03-01T11:58:00Z',
  });
  const list = { ids: new Set(['back', 'other']), count: 2, next: null, isLoaded: true };
  const state = {
    queues: new Map([[QUEUE, { id: QUEUE, name: 'Support' }]]),
    waiting: new Map([[QUEUE, list]]),
    conversations: new Map([back, other].map((view) => [view.id, view])),
  } as unknown as DeskState;

  expect(queueSummaries(state)[0]?.longestSince).toBe('2026-03-01T11:59:00Z');
});
