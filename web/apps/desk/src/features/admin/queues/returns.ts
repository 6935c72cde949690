/** What a queue does for those who come back, as it stands in the fields, and back. */
import type { QueueDetails } from '@halfminute/api';
import { checkNumber } from '../checks';
import type { Problem } from '../editing.svelte';

type Returns = QueueDetails['returns'];

export interface ReturnsDraft {
  /** Empty: nothing falls silent. */
  silenceSeconds: number | null;
  returnSeconds: number | null;
  /** Empty: whoever comes back is anybody's. */
  lastAgentSeconds: number | null;
  lastAgentWaitSeconds: number | null;
}

const WEEK = 604_800;
const DAY = 86_400;

/** As the server sets what is left out. */
export const blankReturns = (): ReturnsDraft => ({
  silenceSeconds: null,
  returnSeconds: 60,
  lastAgentSeconds: null,
  lastAgentWaitSeconds: 60,
});

export function returnsDraftOf(returns: Returns): ReturnsDraft {
  const blank = blankReturns();
  return {
    silenceSeconds: returns.silence_seconds ?? null,
    returnSeconds: returns.return_wait_seconds ?? blank.returnSeconds,
    lastAgentSeconds: returns.last_agent_seconds ?? null,
    lastAgentWaitSeconds: returns.last_agent_wait_seconds ?? blank.lastAgentWaitSeconds,
  };
}

/** To be asked of a draft without problems. */
export const returnsOf = (draft: ReturnsDraft): Returns => ({
  silence_seconds: draft.silenceSeconds,
  return_wait_seconds: draft.returnSeconds ?? 0,
  last_agent_seconds: draft.lastAgentSeconds,
  last_agent_wait_seconds: draft.lastAgentWaitSeconds ?? 0,
});

/** By the names that the server gives to the fields. */
export const checkReturns = (draft: ReturnsDraft): Record<string, Problem | null> => ({
  silence_seconds: draft.silenceSeconds === null ? null : checkNumber(draft.silenceSeconds, 1, WEEK),
  return_wait_seconds: checkNumber(draft.returnSeconds, 0, DAY),
  last_agent_seconds: draft.lastAgentSeconds === null ? null : checkNumber(draft.lastAgentSeconds, 1, WEEK),
  last_agent_wait_seconds: checkNumber(draft.lastAgentWaitSeconds, 0, DAY),
});
