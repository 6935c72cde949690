/** What became of a transfer, in words. */
import type { TransferView } from '@halfminute/api';
import { t } from '../../shell/words.svelte';

/** Where to, for a line in the thread. */
export function destinationOf(transfer: TransferView): string {
  return t('transfer.to', { name: transfer.queue_name ?? '' });
}

export function fateOf(transfer: TransferView): string {
  const name = transfer.taken_by_name ?? '';
  switch (transfer.outcome) {
    case 'taken':
      return t('transfer.fate.taken', { name });
    case 'moved':
      return t('transfer.fate.moved');
    case 'ended':
      return t('transfer.fate.ended');
    default:
      return t('transfer.fate.waiting');
  }
}
