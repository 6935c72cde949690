/** How things stand: the connection, an end. Said once to screen readers. */
import { isOver } from '../core/deeds';
import type { State } from '../core/state';
import type { Words } from '../words';

export function standingOf(state: State, words: Words): string {
  if (!navigator.onLine || state.isUnheard || state.phase === 'waiting') return words('link.offline');
  if (state.notice !== null) return words(state.notice);
  if (isOver(state.conversation)) return words('closed');
  if (state.widget?.is_attended === false && state.conversation?.state !== 'active') return words('away');
  return '';
}

export function Standing({ told, words }: { told: string; words: Words }) {
  return (
    <p class={told === words('away') ? 'standing away' : 'standing'} role="status">
      {told}
    </p>
  );
}
