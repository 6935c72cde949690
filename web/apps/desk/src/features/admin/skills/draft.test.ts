import { describe, expect, it } from 'vitest';
import { blankSkill, findSkillProblems, skillDraftOf, skillSettingsOf } from './draft';

describe('a skill in its fields', () => {
  it('comes back as it was', () => {
    const skill = { id: 'a', name: 'Russian', language: 'ru', agent_count: 2 };
    expect(skillSettingsOf(skillDraftOf(skill))).toEqual({ name: 'Russian', language: 'ru' });
    expect(skillSettingsOf(skillDraftOf({ ...skill, language: null })).language).toBeNull();
  });

  it('needs a name, and a code where it is a language', () => {
    expect(findSkillProblems(blankSkill())).toEqual({ name: { code: 'missing' } });
    expect(findSkillProblems({ name: 'Russian', language: ' RU ' })).toEqual({});
    expect(findSkillProblems({ name: 'Russian', language: 'russian' })).toEqual({ language: { code: 'not_a_language' } });
  });
});
