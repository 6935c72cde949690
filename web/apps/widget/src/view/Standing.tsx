/** How things stand: the connection, the place in the queue, an end. Said once to screen readers. */
import type { State } from '../core/state';
import type { Words } from '../words';

function standingOf(state: State, words: Words): string {
  if (!navigator.onLine || state.isUnheard || state.phase === 'waiting') return words('link.offline');
  if (state.ahead !== null) {
    return state.ahead === 0 ? words('ahead.none') : words('ahead', { count: state.ahead });
  }
  return state.conversation?.state === 'closed' ? words('closed') : '';
}

export function Standing({ state, words }: { state: State; words: Words }) {
  return (
    <p class="standing" role="status">
      {standingOf(state, words)}
    </p>
  );
}
