import { describe, expect, it } from 'vitest';
import { blankSkill, findSkillProblems, skillDraftOf, skillSettingsOf } from './draft';

describe('a skill in its fields', () => {
  it('comes back as it was', () => {
    const skill = { id: 'a', name: 'Russian', language: 'ru', agent_count: 2, idle_reserve: 1, reserve_wait_seconds: 45 };
    expect(skillSettingsOf(skillDraftOf(skill))).toEqual({
      name: 'Russian',
      language: 'ru',
      idle_reserve: 1,
      reserve_wait_seconds: 45,
    });
    expect(skillSettingsOf(skillDraftOf({ ...skill, language: null })).language).toBeNull();
  });

  it('needs a name, and a code where it is a language', () => {
    expect(findSkillProblems(blankSkill())).toEqual({ name: { code: 'missing' } });
    expect(findSkillProblems({ ...blankSkill(), name: 'Russian', language: ' RU ' })).toEqual({});
    expect(findSkillProblems({ ...blankSkill(), name: 'Russian', language: 'russian' })).toEqual({ language: { code: 'not_a_language' } });
    expect(findSkillProblems({ ...blankSkill(), name: 'Russian', idleReserve: -1 })).toEqual({
      idle_reserve: { code: 'out_of_range', params: { least: 0, greatest: 1000 } },
    });
  });
});
