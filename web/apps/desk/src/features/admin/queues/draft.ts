/** A queue's settings as they stand in the fields, and back. */
import type { QueueChange, QueueDetails } from '@halfminute/api';
import { checkName, checkNumber, problemsAmong } from '../checks';
import type { Problems } from '../editing.svelte';
import { sorted, type Level, type Levels } from '../levels';
import { blankReturns, checkReturns, returnsDraftOf, returnsOf, type ReturnsDraft } from './returns';
import { blankRules, checkRules, rulesDraftOf, rulesOf, type RulesDraft } from './rules';

export interface QueueDraft {
  name: string;
  isEnabled: boolean;
  targetSeconds: number | null;
  offerSeconds: number | null;
  creditSeconds: number | null;
  wrapUp: QueueDetails['wrap_up'];
  wrapUpSeconds: number | null;
  isPullAllowed: boolean;
  agentIds: string[];
  /** By the skill's id. */
  required: Levels;
  /** How well the contact's language; 0 where any agent will do. */
  language: Level;
  /** Empty: always open. */
  calendarId: string;
  closedAction: QueueDetails['closed_action'];
  /** By language; empty where nothing is said. */
  closedWords: Record<string, string>;
  rules: RulesDraft;
  returns: ReturnsDraft;
  extensionSeconds: number | null;
}

/** As the server sets what is left out. */
export const blankQueue = (): QueueDraft => ({
  name: '',
  isEnabled: true,
  targetSeconds: 30,
  offerSeconds: 20,
  creditSeconds: 0,
  wrapUp: 'fixed',
  wrapUpSeconds: 30,
  isPullAllowed: true,
  agentIds: [],
  required: {},
  language: 0,
  calendarId: '',
  closedAction: 'wait',
  closedWords: {},
  rules: blankRules(),
  returns: blankReturns(),
  extensionSeconds: 0,
});

export const queueDraftOf = (details: QueueDetails): QueueDraft => ({
  name: details.name,
  isEnabled: details.is_enabled,
  targetSeconds: details.target_seconds,
  offerSeconds: details.offer_timeout_seconds,
  creditSeconds: details.priority_credit_seconds,
  wrapUp: details.wrap_up,
  wrapUpSeconds: details.wrap_up_seconds,
  isPullAllowed: details.is_pull_allowed,
  agentIds: [...details.agent_ids].sort(),
  required: sorted(details.requirements as Levels),
  language: (details.least_language_proficiency ?? 0) as Level,
  calendarId: details.calendar_id ?? '',
  closedAction: details.closed_action,
  closedWords: sorted(details.closed_words),
  rules: rulesDraftOf(details.rules),
  returns: returnsDraftOf(details.returns),
  extensionSeconds: details.wrap_up_extension_seconds,
});

/** To be asked of a draft without problems. */
export const queueChangeOf = (draft: QueueDraft, details: QueueDetails | null): QueueChange => ({
  name: draft.name,
  is_enabled: draft.isEnabled,
  target_seconds: draft.targetSeconds ?? 0,
  offer_timeout_seconds: draft.offerSeconds ?? 0,
  priority_credit_seconds: draft.creditSeconds ?? 0,
  wrap_up: draft.wrapUp,
  wrap_up_seconds: draft.wrapUpSeconds ?? 0,
  is_pull_allowed: draft.isPullAllowed,
  agent_ids: draft.agentIds,
  requirements: draft.required,
  least_language_proficiency: draft.language === 0 ? null : draft.language,
  calendar_id: draft.calendarId === '' ? null : draft.calendarId,
  closed_action: draft.closedAction,
  closed_words: Object.fromEntries(Object.entries(draft.closedWords).filter(([, words]) => words.trim() !== '')),
  rules: rulesOf(draft.rules),
  returns: returnsOf(draft.returns),
  wrap_up_extension_seconds: draft.extensionSeconds ?? 0,
  revision: details?.revision ?? null,
});

export const findQueueProblems = (draft: QueueDraft): Problems =>
  problemsAmong({
    name: checkName(draft.name),
    target_seconds: checkNumber(draft.targetSeconds, 1, 86_400),
    offer_timeout_seconds: checkNumber(draft.offerSeconds, 1, 600),
    priority_credit_seconds: checkNumber(draft.creditSeconds, -86_400, 86_400),
    wrap_up_seconds: checkNumber(draft.wrapUpSeconds, 0, 3600),
    wrap_up_extension_seconds: checkNumber(draft.extensionSeconds, 0, 3600),
    ...checkRules(draft.rules),
    ...checkReturns(draft.returns),
  });
