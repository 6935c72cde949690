/** The rows of the help sheet. */
import type { MessageKey } from '@halfminute/i18n';

export interface Shortcut {
  keys: string[];
  label: MessageKey;
  isSequence?: boolean;
  /** The same key with Alt works while somebody types. */
  alsoTyping?: string;
}

export const SHEET: { title: MessageKey; shortcuts: Shortcut[] }[] = [
  {
    title: 'keys.group.offer',
    shortcuts: [
      { keys: ['A'], label: 'keys.accept', alsoTyping: 'Alt+A' },
      { keys: ['D'], label: 'keys.decline', alsoTyping: 'Alt+D' },
    ],
  },
  {
    title: 'keys.group.move',
    shortcuts: [
      { keys: ['J'], label: 'keys.next' },
      { keys: ['K'], label: 'keys.previous' },
      { keys: ['Enter'], label: 'keys.open' },
      { keys: ['/'], label: 'keys.search' },
      { keys: ['G', 'I'], label: 'keys.go_mine', isSequence: true },
      { keys: ['G', 'Q'], label: 'keys.go_queues', isSequence: true },
      { keys: ['G', 'W'], label: 'keys.go_wallboard', isSequence: true },
      { keys: ['Esc'], label: 'keys.back' },
    ],
  },
  {
    title: 'keys.group.act',
    shortcuts: [
      { keys: ['R'], label: 'keys.reply' },
      { keys: ['N'], label: 'keys.note_mode' },
      { keys: ['S'], label: 'keys.stickers', alsoTyping: 'Alt+S' },
      { keys: ['E'], label: 'keys.close' },
      { keys: ['O'], label: 'keys.transfer' },
      { keys: ['C'], label: 'keys.consult' },
      { keys: ['T'], label: 'keys.pull' },
      { keys: ['P'], label: 'keys.panel' },
      { keys: ['F'], label: 'keys.wall' },
      { keys: ['?'], label: 'keys.help' },
    ],
  },
];
