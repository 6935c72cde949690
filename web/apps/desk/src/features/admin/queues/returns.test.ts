import { describe, expect, it } from 'vitest';
import { blankReturns, checkReturns, returnsDraftOf, returnsOf } from './returns';

describe('what a queue does for those who come back', () => {
  it('comes back as it was', () => {
    const returns = {
      silence_seconds: 300,
      return_wait_seconds: 0,
      last_agent_seconds: 3600,
      last_agent_wait_seconds: 45,
    };
    expect(returnsOf(returnsDraftOf(returns))).toEqual(returns);
  });

  it('is off where its field is empty, and is else a number in its range', () => {
    const wellness = (change: object): string[] =>
      Object.entries(checkReturns({ ...blankReturns(), ...change })).flatMap(([field, problem]) => (problem === null ? [] : [field]));
    expect(wellness({})).toEqual([]);
    expect(wellness({ silenceSeconds: 0, returnSeconds: null })).toEqual(['silence_seconds', 'return_wait_seconds']);
    expect(wellness({ lastAgentSeconds: 604_801, lastAgentWaitSeconds: 0 })).toEqual(['last_agent_seconds']);
  });
});
