/** Where a conversation can go, as a list to choose from. */
import type { TransferTargets } from '@halfminute/api';
import { t } from '../../shell/words.svelte';

export interface Choice {
  id: string;
  kind: 'queue';
  name: string;
  /** How it stands there. */
  about: string;
  /** Somebody can take it there now. */
  isReady: boolean;
}

export function choicesOf(targets: TransferTargets): Choice[] {
  return targets.queues.map((queue) => ({
    id: queue.id,
    kind: 'queue',
    name: queue.name,
    about: [
      queue.is_present ? t('transfer.queue.present') : '',
      queue.is_open ? '' : t('transfer.queue.closed'),
      t('transfer.queue.available', { count: queue.available_count }),
      queue.waiting_count === 0 ? t('queue.nobody') : t('queue.waiting', { count: queue.waiting_count }),
    ]
      .filter(Boolean)
      .join(' · '),
    isReady: queue.is_open && queue.available_count > 0,
  }));
}

const folded = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е');

/** Those whose name holds each of the words. */
export function findChoices(choices: readonly Choice[], wish: string): Choice[] {
  const wanted = folded(wish).split(/\s+/).filter(Boolean);
  return choices.filter((choice) => wanted.every((word) => folded(choice.name).includes(word)));
}
