/** Answers to choose from. A press says its words; after it, or once more was said, they are history. */
import type { Words } from '../words';

interface Props {
  labels: readonly string[];
  /** The words of the one that was pressed; undefined while none was. */
  pressed: string | undefined;
  words: Words;
  onPress: (label: string) => void;
}

export function Buttons({ labels, pressed, words, onPress }: Props) {
  return (
    <div class="buttons" role="group" aria-label={words('buttons')}>
      {labels.map((label) => (
        <button
          key={label}
          type="button"
          aria-pressed={pressed === label}
          disabled={pressed !== undefined}
          onClick={() => onPress(label)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
