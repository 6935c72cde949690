/** The place in line and the expected wait in words. The server has rounded: no number needs a plural of its own. */
import type { WaitFrame } from '@halfminute/api';
import type { Word, Words } from '../words';

const HOURS_ABOVE = 120;

function waitOf({ expected_wait: expected }: WaitFrame, words: Words): string {
  if (expected === null) return '';
  const { least_minutes: least, most_minutes: most } = expected;
  if (most === 1) return words('wait.soon');
  const [unit, minutes] = most > HOURS_ABOVE ? (['hours', 60] as const) : (['minutes', 1] as const);
  const word: Word = least === 0 ? `wait.${unit}.most` : `wait.${unit}`;
  return words(word, { least: least / minutes, most: most / minutes });
}

export function placeWords(place: WaitFrame, words: Words): string {
  const position = place.position ?? 1;
  const told = position === 1 ? words('place.first') : words('place', { position });
  return `${told} ${waitOf(place, words)}`.trim();
}
