/** What became of a transfer, in words. */
import type { TransferView } from '@halfminute/api';
import { t } from '../../shell/words.svelte';

/** Where to, for a line in the thread. */
export function destinationOf(transfer: TransferView): string {
  return t('transfer.to', { name: transfer.target_agent_name ?? transfer.queue_name ?? '' });
}

/** `now`: the server's time in milliseconds. */
export function fateOf(transfer: TransferView, now: number): string {
  const name = transfer.taken_by_name ?? '';
  switch (transfer.outcome) {
    case 'taken':
      return t('transfer.fate.taken', { name });
    case 'given':
      return t('transfer.fate.given');
    case 'moved':
      return t('transfer.fate.moved');
    case 'ended':
      return t('transfer.fate.ended');
    default:
      return missedBy(transfer, now);
  }
}

/** It waits: for the one it is meant for, or for anybody, since that one has not taken it. */
function missedBy(transfer: TransferView, now: number): string {
  const { target_agent_name: name, target_until: until, outcome } = transfer;
  const queue = transfer.queue_name ?? '';
  if (name === null) return t('transfer.fate.waiting', { queue });
  if (outcome === 'declined') return t('transfer.fate.declined', { name, queue });
  if (outcome === 'timed_out') return t('transfer.fate.timed_out', { name, queue });
  if (until === null) return t('transfer.fate.absent', { name, queue });
  const isAwaited = Date.parse(until) > now;
  return t(isAwaited ? 'transfer.fate.asked' : 'transfer.fate.expired', { name, queue });
}
