/** Which action a key stands for. Keys are read by their place (`event.code`), so the Russian layout
 * has the same shortcuts; single letters rest while somebody types (WCAG 2.1.4). */

export type Action =
  | 'next'
  | 'previous'
  | 'open'
  | 'search'
  | 'go_mine'
  | 'go_queues'
  | 'go_wallboard'
  | 'wall'
  | 'back'
  | 'reply'
  | 'note'
  | 'stickers'
  | 'close'
  | 'pull'
  | 'transfer'
  | 'consult'
  | 'panel'
  | 'help'
  | 'accept'
  | 'decline';

export interface KeyPress {
  code: string;
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

export interface KeyContext {
  isTyping: boolean;
  isDialogOpen: boolean;
  isControlFocused: boolean;
  hasOffer: boolean;
  usesLetters: boolean;
}

const LETTERS: Record<string, Action> = {
  KeyJ: 'next',
  KeyK: 'previous',
  KeyR: 'reply',
  KeyN: 'note',
  KeyS: 'stickers',
  KeyE: 'close',
  KeyT: 'pull',
  KeyO: 'transfer',
  KeyC: 'consult',
  KeyP: 'panel',
  KeyF: 'wall',
  Slash: 'search',
};
const AFTER_G: Record<string, Action> = { KeyI: 'go_mine', KeyQ: 'go_queues', KeyW: 'go_wallboard' };
const OFFER: Record<string, Action> = { KeyA: 'accept', KeyD: 'decline' };
/** With Alt, and so also while somebody types. */
const CHORDS: Record<string, Action> = { KeyS: 'stickers' };
const SEQUENCE_MS = 1200;

export class KeyReader {
  private goAt = -Infinity;

  constructor(private readonly now: () => number) {}

  read(press: KeyPress, context: KeyContext): Action | null {
    const { code, altKey } = press;
    if (press.ctrlKey || press.metaKey) return null;
    if (code === 'Escape') return context.isDialogOpen ? null : 'back';
    if (altKey) return this.chord(code, context);
    if (context.isTyping || context.isDialogOpen) return null;
    if (code === 'Enter') return context.isControlFocused ? null : 'open';
    if (!context.usesLetters) return null;
    return this.letter(press, context);
  }

  private chord(code: string, context: KeyContext): Action | null {
    const answer = context.hasOffer ? OFFER[code] : undefined;
    return answer ?? (context.isDialogOpen ? null : (CHORDS[code] ?? null));
  }

  private letter(press: KeyPress, context: KeyContext): Action | null {
    const { code, shiftKey } = press;
    const isAfterG = this.now() - this.goAt < SEQUENCE_MS;
    this.goAt = -Infinity;
    if (isAfterG && AFTER_G[code] !== undefined) return AFTER_G[code];
    if (press.key === '?' || (code === 'Slash' && shiftKey)) return 'help';
    if (shiftKey) return null;
    if (context.hasOffer && OFFER[code] !== undefined) return OFFER[code];
    if (code === 'KeyG') {
      this.goAt = this.now();
      return null;
    }
    return LETTERS[code] ?? null;
  }
}

const TYPING = 'textarea, select, [contenteditable=""], [contenteditable="true"]';
const NOT_TYPED_IN = new Set(['checkbox', 'radio', 'range', 'button', 'submit']);

export function isTypingIn(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLInputElement) return !NOT_TYPED_IN.has(target.type);
  return target.closest(TYPING) !== null;
}

export function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input, select, summary') !== null;
}
