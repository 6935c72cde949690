/** A skill as it stands in the fields, and back. */
import type { SkillSettings, SkillView } from '@halfminute/api';
import { checkName, checkNumber, problemsAmong } from '../checks';
import type { Problems } from '../editing.svelte';

export interface SkillDraft {
  name: string;
  /** Its code; empty where the skill is no language. */
  language: string;
  /** How many idle agents who have it are kept back from what does not require it. */
  idleReserve: number | null;
  reserveSeconds: number | null;
}

export const blankSkill = (): SkillDraft => ({ name: '', language: '', idleReserve: 0, reserveSeconds: 30 });
export const skillDraftOf = (skill: SkillView): SkillDraft => ({
  name: skill.name,
  language: skill.language ?? '',
  idleReserve: skill.idle_reserve,
  reserveSeconds: skill.reserve_wait_seconds,
});
export const skillSettingsOf = (draft: SkillDraft): SkillSettings => ({
  name: draft.name,
  language: codeOf(draft.language) || null,
  idle_reserve: draft.idleReserve ?? 0,
  reserve_wait_seconds: draft.reserveSeconds ?? 0,
});
/** As contacts have it. */
const codeOf = (text: string): string => text.trim().toLowerCase();

export const findSkillProblems = ({ name, language, idleReserve, reserveSeconds }: SkillDraft): Problems =>
  problemsAmong({
    name: checkName(name),
    language: /^([a-z]{2,3})?$/.test(codeOf(language)) ? null : { code: 'not_a_language' },
    idle_reserve: checkNumber(idleReserve, 0, 1000),
    reserve_wait_seconds: checkNumber(reserveSeconds, 0, 3600),
  });
