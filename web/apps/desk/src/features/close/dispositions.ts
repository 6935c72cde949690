/** Outcome codes in the reader's language. */
import type { DispositionView } from '@halfminute/api';

export function dispositionLabel(
  dispositions: readonly DispositionView[],
  code: string | null,
  locale: string,
): string {
  if (!code) return '';
  const labels = dispositions.find((disposition) => disposition.code === code)?.labels;
  return labels?.[locale] ?? labels?.['en'] ?? code;
}
