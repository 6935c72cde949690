/** How long a conversation may still wait, in words. The server has rounded: no number needs a plural of its own. */
import type { ExpectedWait } from '@halfminute/api';
import { t } from '../../shell/words.svelte';

const HOURS_ABOVE = 120;

interface Said {
  unit: 'minutes' | 'hours';
  least: number;
  most: number;
}

function saidOf({ least_minutes: least, most_minutes: most }: ExpectedWait): Said {
  if (most <= HOURS_ABOVE) return { unit: 'minutes', least, most };
  return { unit: 'hours', least: least / 60, most: most / 60 };
}

export function expectedWords(expected: ExpectedWait): string {
  const { unit, least, most } = saidOf(expected);
  if (unit === 'minutes' && most === 1) return t('expected.soon');
  return least === 0 ? t(`expected.${unit}.most`, { most }) : t(`expected.${unit}`, { least, most });
}

/** For a place where there is little room. */
export function expectedShort(expected: ExpectedWait): string {
  const { unit, least, most } = saidOf(expected);
  return least === 0 ? t(`expected.short.${unit}.most`, { most }) : t(`expected.short.${unit}`, { least, most });
}
