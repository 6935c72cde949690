/** How things stand: the connection, the place in the queue, an end. Said once to screen readers. */
import { isOver } from '../core/deeds';
import type { State } from '../core/state';
import type { Words } from '../words';

function standingOf(state: State, words: Words): string {
  if (!navigator.onLine || state.isUnheard || state.phase === 'waiting') return words('link.offline');
  if (state.notice !== null) return words(state.notice);
  if (isOver(state.conversation)) return words('closed');
  if (state.widget?.is_attended === false && state.conversation?.state !== 'active') return words('away');
  if (state.ahead !== null) {
    return state.ahead === 0 ? words('ahead.none') : words('ahead', { count: state.ahead });
  }
  return '';
}

export function Standing({ state, words }: { state: State; words: Words }) {
  const told = standingOf(state, words);
  return (
    <p class={told === words('away') ? 'standing away' : 'standing'} role="status">
      {told}
    </p>
  );
}
