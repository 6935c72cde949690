import type { AgentDetails } from '@halfminute/api';
import { describe, expect, it } from 'vitest';
import { withLevel } from '../levels';
import { agentChangeOf, agentDraftOf, atOnce, findAgentProblems } from './draft';

const details: AgentDetails = {
  id: '0190163d-8694-739b-aea5-966c26f8ad90',
  name: 'Ada',
  email: 'ada@a.example',
  is_agent: true,
  team: null,
  team_id: null,
  presence: 'available',
  capacity_units: 100,
  units_by_kind: { voice: 100, telegram: 34 },
  limits: { telegram: 2 },
  interrupts: { voice: ['telegram'] },
  skills: { Roaming: 5, Fibre: 2 },
  queue_ids: ['b', 'a'],
  revision: 'r1',
};

describe('an agent in the fields', () => {
  it('comes back as it was', () => {
    const { team, capacity_units, units_by_kind, limits, interrupts, skills, revision } = details;
    expect(agentChangeOf(agentDraftOf(details), details)).toEqual({
      team,
      capacity_units,
      units_by_kind,
      limits,
      interrupts,
      skills,
      revision,
      queue_ids: ['a', 'b'],
    });
  });

  it('is the same again when a skill was taken and given back', () => {
    const draft = agentDraftOf(details);
    const without = withLevel(draft.levels, 'Fibre', 0);
    expect(without).toEqual({ Roaming: 5 });
    expect(JSON.stringify(withLevel(without, 'Fibre', 2))).toBe(JSON.stringify(draft.levels));
  });

  it('has no limit where the field is empty, and no interrupts where none is chosen', () => {
    const draft = { ...agentDraftOf(details), limits: { telegram: null }, interrupts: { voice: [] } };
    expect(agentChangeOf(draft, details)).toMatchObject({ limits: {}, interrupts: {} });
    expect(findAgentProblems({ ...draft, limits: { telegram: 0 } })).toEqual({
      'limits.telegram': { code: 'out_of_range', params: { least: 1, greatest: 100 } },
    });
  });

  it('says how many fit at once', () => {
    const draft = agentDraftOf(details);
    expect([atOnce(draft, 'telegram'), atOnce(draft, 'voice')]).toEqual([2, 1]);
    expect(atOnce({ ...draft, capacityUnits: null }, 'telegram')).toBe(0);
  });

  it('says which number is out of its range', () => {
    const draft = { ...agentDraftOf(details), units: { telegram: 0, voice: 100 } };
    expect(findAgentProblems(draft)).toEqual({
      'units.telegram': { code: 'out_of_range', params: { least: 1, greatest: 1000 } },
    });
  });
});
