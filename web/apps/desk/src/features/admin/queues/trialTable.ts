/** What the table of a trial shows, in the reader's words. */
import type { ReplayFigures } from '@halfminute/api';
import { t, words } from '../../../shell/words.svelte';

export const COLUMNS = ['recorded', 'as_is', 'as_would_be'] as const;

interface Row {
  name: 'conversations' | 'mean_wait' | 'longest_wait' | 'service_level' | 'abandoned' | 'waiting' | 'solved';
  figure: keyof ReplayFigures;
  unit: 'count' | 'seconds' | 'ratio';
}

export const ROWS: readonly Row[] = [
  { name: 'conversations', figure: 'conversations', unit: 'count' },
  { name: 'waiting', figure: 'waiting', unit: 'count' },
  { name: 'mean_wait', figure: 'mean_wait_seconds', unit: 'seconds' },
  { name: 'longest_wait', figure: 'longest_wait_seconds', unit: 'seconds' },
  { name: 'service_level', figure: 'service_level', unit: 'ratio' },
  { name: 'abandoned', figure: 'abandon_ratio', unit: 'ratio' },
  { name: 'solved', figure: 'solved_within_180_ratio', unit: 'ratio' },
];

const rounded = (value: number): number => Math.round(10 * value) / 10;

/** A dash where there is nothing to tell: nobody came, or nobody was answered. */
export function tellFigure({ figure, unit }: Row, figures: ReplayFigures | null): string {
  const value = figures?.[figure] ?? null;
  if (value === null) return '–';
  if (unit === 'count') return words.number(value);
  if (unit === 'seconds') return t('trial.seconds', { seconds: rounded(value) });
  return t('trial.percent', { percent: rounded(100 * value) });
}
