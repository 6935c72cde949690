/** What a queue does for those who wait, as it stands in the fields, and back. */
import type { QueueDetails } from '@halfminute/api';
import { checkNumber } from '../checks';
import type { Problem } from '../editing.svelte';
import { sorted } from '../levels';

type Rules = QueueDetails['rules'];
type Ring = NonNullable<Rules['rings']>[number];
type Overflow = NonNullable<Rules['overflow']>;

export interface RingDraft {
  afterSeconds: number | null;
  /** How well still, by the skill's id, 0 not at all; who is not named is required as before. */
  levels: Record<string, number>;
  /** The same for the contact's language; null as before. */
  language: number | null;
  isAnyAgent: boolean;
}

export interface RulesDraft {
  rings: RingDraft[];
  overflow: 'none' | Overflow['kind'];
  overflowSeconds: number | null;
  /** Empty: none is chosen yet. */
  overflowQueueId: string;
  isKept: boolean;
  /** By language. */
  overflowWords: Record<string, string>;
  /** How much a second of waiting weighs here, per cent of what it does elsewhere. */
  slopePercent: number | null;
  greatestSeconds: number | null;
  agentChoice: NonNullable<Rules['agent_choice']>;
  keepSeconds: number | null;
}

const PER_MILLE = 10;
const LONGEST = 86_400;
export const MOST_RINGS = 10;

export const blankRules = (): RulesDraft => ({
  rings: [],
  overflow: 'none',
  overflowSeconds: 120,
  overflowQueueId: '',
  isKept: true,
  overflowWords: {},
  slopePercent: 100,
  greatestSeconds: null,
  agentChoice: 'longest_idle',
  keepSeconds: null,
});

/** The next ring, half a minute after the last. What it lowers goes on from there. */
export function nextRing(rings: readonly RingDraft[]): RingDraft {
  const last = rings.at(-1);
  return {
    afterSeconds: (last?.afterSeconds ?? 0) + 30,
    levels: { ...last?.levels },
    language: last?.language ?? null,
    isAnyAgent: false,
  };
}

export function rulesDraftOf(rules: Rules): RulesDraft {
  const { overflow } = rules;
  const blank = blankRules();
  return {
    rings: (rules.rings ?? []).map(ringDraftOf),
    overflow: overflow?.kind ?? 'none',
    overflowSeconds: overflow?.after_seconds ?? blank.overflowSeconds,
    overflowQueueId: overflow?.queue_id ?? '',
    isKept: overflow?.is_kept ?? blank.isKept,
    overflowWords: sorted(overflow?.words ?? {}),
    slopePercent: (rules.slope_per_mille ?? 1000) / PER_MILLE,
    greatestSeconds: rules.greatest_wait_seconds ?? null,
    agentChoice: rules.agent_choice ?? blank.agentChoice,
    keepSeconds: rules.keep_after_seconds ?? null,
  };
}

/** To be asked of a draft without problems. */
export const rulesOf = (draft: RulesDraft): Rules => ({
  rings: draft.rings.map(ringOf),
  overflow: overflowOf(draft),
  slope_per_mille: Math.round((draft.slopePercent ?? 0) * PER_MILLE),
  greatest_wait_seconds: draft.greatestSeconds,
  agent_choice: draft.agentChoice,
  keep_after_seconds: draft.keepSeconds,
});

/** By the names that the server gives to the fields. */
export function checkRules(draft: RulesDraft): Record<string, Problem | null> {
  const checks: Record<string, Problem | null> = {
    slope_per_mille: checkShare(draft.slopePercent),
    greatest_wait_seconds: draft.greatestSeconds === null ? null : checkNumber(draft.greatestSeconds, 1, LONGEST),
    keep_after_seconds: draft.keepSeconds === null ? null : checkNumber(draft.keepSeconds, 0, LONGEST),
  };
  draft.rings.forEach(({ afterSeconds }, number) => {
    checks[`rings.${number}.after_seconds`] = checkNumber(afterSeconds, 1, LONGEST);
  });
  if (draft.overflow !== 'none') checks['overflow.after_seconds'] = checkNumber(draft.overflowSeconds, 1, LONGEST);
  return checks;
}

const ringDraftOf = (ring: Ring): RingDraft => ({
  afterSeconds: ring.after_seconds,
  levels: sorted(ring.requirements ?? {}),
  language: ring.least_language_proficiency ?? null,
  isAnyAgent: ring.is_any_agent ?? false,
});

/** Where nothing is required any more, nothing is lowered. */
const ringOf = ({ afterSeconds, levels, language, isAnyAgent }: RingDraft): Ring => ({
  after_seconds: afterSeconds ?? 0,
  requirements: isAnyAgent ? {} : levels,
  least_language_proficiency: isAnyAgent ? null : language,
  is_any_agent: isAnyAgent,
});

function overflowOf(draft: RulesDraft): Overflow | null {
  if (draft.overflow === 'none') return null;
  const isMoved = draft.overflow === 'queue';
  const words = Object.entries(draft.overflowWords).filter(([, told]) => told.trim() !== '');
  return {
    after_seconds: draft.overflowSeconds ?? 0,
    kind: draft.overflow,
    queue_id: isMoved && draft.overflowQueueId !== '' ? draft.overflowQueueId : null,
    is_kept: draft.overflow === 'message' ? draft.isKept : true,
    words: isMoved ? {} : Object.fromEntries(words),
  };
}

const checkShare = (percent: number | null): Problem | null =>
  typeof percent === 'number' && percent >= 0.1 && percent <= 10_000
    ? null
    : { code: 'not_a_share', params: { least: 0.1, greatest: 10_000 } };
