/** Where a conversation is on its way through the rings, in words. */
import type { ExplanationView } from '@halfminute/api';
import { t } from '../../shell/words.svelte';

export function stepOf({ ring, ring_count: count }: Pick<ExplanationView, 'ring' | 'ring_count'>): string {
  if (count === 0) return t('why.ring.none');
  return ring === 0 ? t('why.ring.before', { count }) : t('why.ring.of', { ring, count });
}
