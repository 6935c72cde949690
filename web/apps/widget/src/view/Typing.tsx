/** Somebody types. For the eye alone: it is over before it would have been said. */
import type { Words } from '../words';

export function Typing({ name, words }: { name: string; words: Words }) {
  return (
    <li class="theirs typing" aria-hidden="true">
      <div class="author">{words('typing', { name })}</div>
      <div class="bubble">
        <i />
        <i />
        <i />
      </div>
    </li>
  );
}
