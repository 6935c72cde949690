/** A skill as it stands in the fields, and back. */
import type { SkillSettings, SkillView } from '@halfminute/api';
import { checkName, problemsAmong } from '../checks';
import type { Problems } from '../editing.svelte';

export interface SkillDraft {
  name: string;
}

export const blankSkill = (): SkillDraft => ({ name: '' });
export const skillDraftOf = ({ name }: SkillView): SkillDraft => ({ name });
export const skillSettingsOf = ({ name }: SkillDraft): SkillSettings => ({ name });
export const findSkillProblems = ({ name }: SkillDraft): Problems => problemsAmong({ name: checkName(name) });
