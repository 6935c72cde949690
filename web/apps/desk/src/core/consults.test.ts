/** Help that is asked for comes, is given, and goes with its frames. */
import type { ConsultView } from '@halfminute/api';
import { expect, test } from 'vitest';
import { applyEvents } from './apply';
import { askedConsult, followedIds, helpersIn, isHelping } from './consults';
import { ME, sampleConversation, sampleDesk, sampleEvent, sampleMessage } from './samples';
import { stateFrom, type DeskState } from './state';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const ASKED: ConsultView = {
  id: 'h1',
  conversation_id: 'c1',
  agent_id: ME,
  agent_name: 'Me',
  asked_by: 'ann',
  asked_by_name: 'Ann',
  state: 'asked',
  expires_at: '2026-03-01T10:01:00Z',
};
const theirs = sampleConversation('c1', { agent_id: 'ann' });

function told(state: DeskState, seq: number, consult: ConsultView): DeskState {
  const data = { conversation: theirs, consult };
  return applyEvents(state, [sampleEvent(`agent:${ME}`, seq, 'ConsultAsked', data)]).state;
}

test('what we are asked rings until its time is over', () => {
  const asked = told(stateFrom(sampleDesk()), 1, ASKED);
  expect(askedConsult(asked, NOW)).toEqual(ASKED);
  expect(askedConsult(asked, NOW + 61_000)).toBeNull();
  expect(followedIds(asked)).toEqual([]);
});

test('where we help we are told every word, until it ends', () => {
  const asked = told(stateFrom(sampleDesk()), 1, ASKED);
  const helping = told(asked, 2, { ...ASKED, state: 'active' });
  expect(isHelping(helping, 'c1')).toBe(true);
  expect(followedIds(helping)).toEqual(['c1']);
  expect(askedConsult(helping, NOW)).toBeNull();

  const ended = told(helping, 3, { ...ASKED, state: 'ended' });
  expect(isHelping(ended, 'c1')).toBe(false);
  expect(ended.conversations.has('c1')).toBe(false);
});

test('another who is asked in our conversation is none of our consults', () => {
  const state = told(stateFrom(sampleDesk()), 1, { ...ASKED, agent_id: 'bob' });
  expect(state.consults.size).toBe(0);
});

test('after a reload we are where we were', () => {
  const consult = { ...ASKED, state: 'active' as const };
  const desk = sampleDesk({ consults: [{ ...consult, conversation: theirs }] });
  const state = stateFrom(desk);
  expect(state.consults.get('h1')).toEqual(consult);
  expect(followedIds(state)).toEqual(['c1']);
});

test('who has the conversation sees by its notes who helps', () => {
  const consult = { ...ASKED, agent_id: 'bob', state: 'active' as const };
  const state = stateFrom(sampleDesk({ conversations: [sampleConversation('c2')] }));
  const message = sampleMessage('m1', 'c2', { direction: 'internal', consult });
  const threads = new Map([['c2', { messages: [message], touched: new Map(), isLoaded: true, hasMore: false }]]);
  expect(helpersIn({ ...state, threads }, 'c2', NOW)).toEqual([consult]);
});
