/** A skill as it stands in the fields, and back. */
import type { SkillSettings, SkillView } from '@halfminute/api';
import { checkName, problemsAmong } from '../checks';
import type { Problems } from '../editing.svelte';

export interface SkillDraft {
  name: string;
  /** Its code; empty where the skill is no language. */
  language: string;
}

export const blankSkill = (): SkillDraft => ({ name: '', language: '' });
export const skillDraftOf = ({ name, language }: SkillView): SkillDraft => ({ name, language: language ?? '' });
export const skillSettingsOf = ({ name, language }: SkillDraft): SkillSettings => ({
  name,
  language: codeOf(language) || null,
});
/** As contacts have it. */
const codeOf = (text: string): string => text.trim().toLowerCase();

export const findSkillProblems = ({ name, language }: SkillDraft): Problems =>
  problemsAmong({
    name: checkName(name),
    language: /^([a-z]{2,3})?$/.test(codeOf(language)) ? null : { code: 'not_a_language' },
  });
