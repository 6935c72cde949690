import { describe, expect, it } from 'vitest';
import { blankRules, checkRules, nextRing, rulesDraftOf, rulesOf } from './rules';

const rules = {
  rings: [
    { after_seconds: 30, requirements: { fibre: 2 }, least_language_proficiency: 3, is_any_agent: false },
    { after_seconds: 90, requirements: {}, least_language_proficiency: null, is_any_agent: true },
  ],
  overflow: { after_seconds: 180, kind: 'message' as const, queue_id: null, is_kept: false, words: { en: 'Later.' } },
  slope_per_mille: 1505,
  greatest_wait_seconds: 600,
  agent_choice: 'best_skilled' as const,
  keep_after_seconds: 0,
};

describe('the rules of those who wait, in their fields', () => {
  it('come back as they were', () => {
    expect(rulesOf(rulesDraftOf(rules))).toEqual(rules);
    const plain = rulesOf(blankRules());
    expect(rulesOf(rulesDraftOf(plain))).toEqual(plain);
    expect(plain.overflow).toBeNull();
  });

  it('lower nothing in a ring of any agent, and move nobody to a queue who is called back', () => {
    const draft = rulesDraftOf(rules);
    const [first] = draft.rings;
    draft.rings = [{ ...(first ?? nextRing([])), isAnyAgent: true }];
    expect(rulesOf({ ...draft, overflow: 'callback', overflowQueueId: 'q' })).toMatchObject({
      rings: [{ requirements: {}, least_language_proficiency: null, is_any_agent: true }],
      overflow: { kind: 'callback', queue_id: null, is_kept: true },
    });
  });

  it('go on from the last ring', () => {
    expect(nextRing([])).toEqual({ afterSeconds: 30, levels: {}, language: null, isAnyAgent: false });
    expect(nextRing(rulesDraftOf(rules).rings.slice(0, 1))).toEqual({
      afterSeconds: 60,
      levels: { fibre: 2 },
      language: 3,
      isAnyAgent: false,
    });
  });

  it('say which field is wrong, by the name the server has for it', () => {
    const draft = rulesDraftOf(rules);
    draft.rings = draft.rings.map((ring) => ({ ...ring, afterSeconds: null }));
    const wrong = Object.entries(checkRules({ ...draft, overflowSeconds: 0, slopePercent: 0, greatestSeconds: 0 }));
    expect(wrong.filter(([, problem]) => problem !== null).map(([field]) => field)).toEqual([
      'slope_per_mille',
      'greatest_wait_seconds',
      'rings.0.after_seconds',
      'rings.1.after_seconds',
      'overflow.after_seconds',
    ]);
    expect(Object.values(checkRules(blankRules())).every((problem) => problem === null)).toBe(true);
  });
});
