import type { QueueDetails } from '@halfminute/api';
import { describe, expect, it } from 'vitest';
import { blankQueue, findQueueProblems, queueChangeOf, queueDraftOf } from './draft';

const details: QueueDetails = {
  id: '0190163d-8694-739b-aea5-966c26f8ad90',
  name: 'Roaming',
  priority_credit_seconds: -60,
  offer_timeout_seconds: 15,
  wrap_up: 'open',
  wrap_up_seconds: 0,
  target_seconds: 45,
  is_pull_allowed: false,
  is_enabled: false,
  requirements: { fibre: 3 },
  least_language_proficiency: 2,
  calendar_id: 'c',
  closed_action: 'leave',
  closed_words: { en: 'Closed.' },
  rules: {
    rings: [{ after_seconds: 30, requirements: {}, least_language_proficiency: null, is_any_agent: true }],
    overflow: null,
    slope_per_mille: 1000,
    greatest_wait_seconds: null,
    agent_choice: 'longest_idle',
    keep_after_seconds: null,
  },
  returns: { silence_seconds: 300, return_wait_seconds: 0, last_agent_seconds: 3600, last_agent_wait_seconds: 45 },
  wrap_up_extension_seconds: 60,
  agent_ids: ['b', 'a'],
  account_names: ['Bot'],
  waiting_count: 3,
  longest_waiting_since: null,
  revision: 'r1',
};

describe('a queue in its fields', () => {
  it('comes back as it was', () => {
    const { id: _, account_names: __, waiting_count: ___, longest_waiting_since: ____, ...kept } = details;
    expect(queueChangeOf(queueDraftOf(details), details)).toEqual({ ...kept, agent_ids: ['a', 'b'] });
  });

  it('that is new has no revision, and needs a name only', () => {
    expect(queueChangeOf(blankQueue(), null).revision).toBeNull();
    expect(findQueueProblems(blankQueue())).toEqual({ name: { code: 'missing' } });
    expect(findQueueProblems({ ...blankQueue(), name: 'Roaming' })).toEqual({});
  });

  it('says nothing in a language without words', () => {
    const draft = { ...queueDraftOf(details), closedWords: { en: 'Closed.', ru: ' ' } };
    expect(queueChangeOf(draft, details).closed_words).toEqual({ en: 'Closed.' });
  });

  it('says which number is out of its range, also where there is none', () => {
    const draft = { ...queueDraftOf(details), targetSeconds: 0, offerSeconds: null, creditSeconds: 0.5 };
    expect(findQueueProblems(draft)).toEqual({
      target_seconds: { code: 'out_of_range', params: { least: 1, greatest: 86_400 } },
      offer_timeout_seconds: { code: 'out_of_range', params: { least: 1, greatest: 600 } },
      priority_credit_seconds: { code: 'out_of_range', params: { least: -86_400, greatest: 86_400 } },
    });
  });
});
