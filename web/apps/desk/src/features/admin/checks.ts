/** What is wrong with a value before the server is asked. */
import type { Problem, Problems } from './editing.svelte';

type Check = Problem | null;

export const checkName = (name: string): Check => (name.trim() === '' ? { code: 'missing' } : null);

/** An empty field of numbers holds null. */
export function checkNumber(value: number | null | undefined, least: number, greatest: number): Check {
  const isWell = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= greatest;
  return isWell ? null : { code: 'out_of_range', params: { least, greatest } };
}

export function problemsAmong(checks: Readonly<Record<string, Check>>): Problems {
  return Object.fromEntries(
    Object.entries(checks).flatMap(([field, problem]) => (problem === null ? [] : [[field, problem]])),
  );
}
