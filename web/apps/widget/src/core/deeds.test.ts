import type { ConversationView } from '@halfminute/api';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Api } from './api';
import { Deeds, isRatable } from './deeds';
import type { Keeping } from './keeping';
import { EMPTY, type State } from './state';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const ended = (change: Partial<ConversationView>): ConversationView =>
  ({
    state: 'closed',
    first_reply_at: '2026-03-10T11:00:00Z',
    closed_at: '2026-03-10T11:59:00Z',
    ...change,
  }) as ConversationView;

test.each([
  ['over of late, and answered', {}, true],
  ['over for us in a moment', { state: 'wrap_up', closed_at: null }, true],
  ['still going on', { state: 'active', closed_at: null }, false],
  ['never answered', { first_reply_at: null }, false],
  ['over for two days', { closed_at: '2026-03-08T12:00:01Z' }, true],
  ['over for three days', { closed_at: '2026-03-07T12:00:00Z' }, false],
] as const)('a conversation that is %s', (_, change, expected) => {
  expect(isRatable(ended(change), NOW)).toBe(expected);
});

test('before the first words there is nothing to rate', () => {
  expect(isRatable(null, NOW)).toBe(false);
});

let state: State;
const kept = new Map<string, string>();
const deedsWith = (api: object): Deeds =>
  new Deeds({
    api: api as Api,
    keeping: {
      get: async (key: string) => kept.get(key) ?? null,
      set: async (key: string, value: string) => void kept.set(key, value),
    } as Keeping,
    prefix: 'halfminute.w.',
    language: 'en',
    state: () => state,
    set: (change) => (state = { ...state, ...change }),
  });

beforeEach(() => {
  kept.clear();
  state = { ...EMPTY, conversation: ended({ id: 'c', rating: null }) };
});

test('of two quick taps the second is the last word, however slow the first is', async () => {
  const taken: number[] = [];
  const rate = async (_: string, { score }: { score: number }): Promise<ConversationView> => {
    await new Promise((done) => setTimeout(done, score === 2 ? 20 : 0));
    taken.push(score);
    return ended({ id: 'c', rating: { score, words: '', rated_at: '' } });
  };
  const deeds = deedsWith({ rate });

  await Promise.all([deeds.rate(2, ''), deeds.rate(5, '')]);

  expect(taken).toEqual([2, 5]);
  expect(state.conversation?.rating?.score).toBe(5);
});

test('what did not reach the server is said, until something is tried again', async () => {
  let isThere = false;
  const endConversation = async (): Promise<ConversationView> => {
    if (!isThere) throw new Error('offline');
    return ended({ id: 'c' });
  };
  const deeds = deedsWith({ endConversation });

  await deeds.end();
  expect(state.notice).toBe('failed.deed');
  isThere = true;
  await deeds.end();
  expect(state.notice).toBeNull();
});

test('who would rather not rate is not asked again after a reload', async () => {
  deedsWith({}).skipRating();
  state = { ...EMPTY };

  deedsWith({});

  await vi.waitFor(() => expect(state.unratedId).toBe('c'));
});
