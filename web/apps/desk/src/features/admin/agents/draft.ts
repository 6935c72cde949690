/** What an agent can do, as it stands in the fields, and back. */
import type { AgentChange, AgentDetails } from '@halfminute/api';
import { checkNumber, problemsAmong } from '../checks';
import type { Problems } from '../editing.svelte';
import { sorted, type Levels } from '../levels';

export interface AgentDraft {
  team: string;
  capacityUnits: number | null;
  /** By the kind of the channel. */
  units: Record<string, number | null>;
  /** By the kind; null: as many as fit. */
  limits: Record<string, number | null>;
  /** By the kind that may interrupt: the kinds in which it may. */
  interrupts: Record<string, string[]>;
  /** By the skill's name. */
  levels: Levels;
  queueIds: string[];
}

const kindsOf = ({ units_by_kind, limits }: AgentDetails): string[] =>
  [...new Set([...Object.keys(units_by_kind), ...Object.keys(limits)])].sort();

export const agentDraftOf = (details: AgentDetails): AgentDraft => ({
  team: details.team ?? '',
  capacityUnits: details.capacity_units,
  units: sorted(details.units_by_kind),
  limits: Object.fromEntries(kindsOf(details).map((kind) => [kind, details.limits[kind] ?? null])),
  interrupts: sorted(details.interrupts),
  levels: sorted(details.skills as Levels),
  queueIds: [...details.queue_ids].sort(),
});

/** To be asked of a draft without problems. */
export const agentChangeOf = (draft: AgentDraft, details: AgentDetails): AgentChange => ({
  team: draft.team.trim() === '' ? null : draft.team.trim(),
  capacity_units: draft.capacityUnits ?? 0,
  units_by_kind: Object.fromEntries(Object.entries(draft.units).map(([kind, units]) => [kind, units ?? 0])),
  limits: Object.fromEntries(Object.entries(draft.limits).filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
  interrupts: Object.fromEntries(Object.entries(draft.interrupts).filter(([, kinds]) => kinds.length > 0)),
  skills: draft.levels,
  queue_ids: draft.queueIds,
  revision: details.revision,
});

export const findAgentProblems = (draft: AgentDraft): Problems =>
  problemsAmong({
    capacity_units: checkNumber(draft.capacityUnits, 1, 1000),
    ...Object.fromEntries(
      Object.entries(draft.limits).map(([kind, count]) => [`limits.${kind}`, count === null ? null : checkNumber(count, 1, 100)]),
    ),
    ...Object.fromEntries(Object.entries(draft.units).map(([kind, units]) => [`units.${kind}`, checkNumber(units, 1, 1000)])),
  });

/** How many conversations of a kind fit at once; 0 where that cannot be said. */
export function atOnce(draft: AgentDraft, kind: string): number {
  const units = draft.units[kind];
  return draft.capacityUnits && units ? Math.floor(draft.capacityUnits / units) : 0;
}
