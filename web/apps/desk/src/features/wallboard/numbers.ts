/** Figures as people read them: rounded to the worse side, so that none looks like its target met
 * that has just missed it. */
import { formatElapsed, type Locale } from '@halfminute/i18n';

/** 98.4 %; null where there is none. */
export function percent(ratio: number | null, locale: Locale): string | null {
  if (ratio === null) return null;
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  // 0.29 x 1000 is 290.00000000000006 in binary fractions, and its like falls short as well.
  return format.format(Math.floor(ratio * 1000 + 1e-6) / 1000);
}

/** A mean wait; null where there is none. */
export function meanWait(seconds: number | null, locale: Locale): string | null {
  return seconds === null ? null : formatElapsed(Math.ceil(seconds - 1e-6), locale);
}
