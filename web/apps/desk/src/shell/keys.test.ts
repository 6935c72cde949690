import { expect, test } from 'vitest';
import { KeyReader, type KeyContext, type KeyPress } from './keys';

const press = (code: string, change: Partial<KeyPress> = {}): KeyPress => ({
  code,
  key: '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...change,
});
const desk: KeyContext = {
  isTyping: false,
  isDialogOpen: false,
  isControlFocused: false,
  hasOffer: false,
  usesLetters: true,
};
let now = 0;
const reader = () => new KeyReader(() => now);

test('a key is its place: the Russian layout moves too', () => {
  expect(reader().read(press('KeyJ', { key: 'о' }), desk)).toBe('next');
  expect(reader().read(press('KeyR', { key: 'к' }), desk)).toBe('reply');
});

test('the question mark opens the help sheet in both layouts', () => {
  expect(reader().read(press('Slash', { key: '?', shiftKey: true }), desk)).toBe('help');
  expect(reader().read(press('Digit7', { key: '?', shiftKey: true }), desk)).toBe('help');
  expect(reader().read(press('Slash', { key: '.' }), desk)).toBe('search');
});

test('single letters rest while typing, in dialogs and when switched off', () => {
  for (const change of [{ isTyping: true }, { isDialogOpen: true }, { usesLetters: false }]) {
    expect(reader().read(press('KeyE'), { ...desk, ...change })).toBeNull();
  }
  expect(reader().read(press('Escape'), { ...desk, isTyping: true })).toBe('back');
});

test('A and D answer an offer, with Alt also while typing, and nothing without one', () => {
  const ringing = { ...desk, hasOffer: true };
  expect(reader().read(press('KeyA'), ringing)).toBe('accept');
  expect(reader().read(press('KeyA'), { ...ringing, isTyping: true })).toBeNull();
  expect(reader().read(press('KeyD', { altKey: true }), { ...ringing, isTyping: true })).toBe('decline');
  expect(reader().read(press('KeyA'), desk)).toBeNull();
});

test('S chooses a sticker, with Alt also while typing, and not while something is open', () => {
  expect(reader().read(press('KeyS'), desk)).toBe('stickers');
  expect(reader().read(press('KeyS'), { ...desk, isTyping: true })).toBeNull();
  const chord = press('KeyS', { altKey: true });
  expect(reader().read(chord, { ...desk, isTyping: true, hasOffer: true })).toBe('stickers');
  expect(reader().read(chord, { ...desk, isDialogOpen: true })).toBeNull();
});

test('G then I or Q goes, but not after a pause', () => {
  const keys = reader();
  expect(keys.read(press('KeyG'), desk)).toBeNull();
  expect(keys.read(press('KeyQ'), desk)).toBe('go_queues');
  keys.read(press('KeyG'), desk);
  now += 2000;
  expect(keys.read(press('KeyI'), desk)).toBeNull();
});

test('G then W goes to the wallboard, and F gives it the screen', () => {
  const keys = reader();
  keys.read(press('KeyG'), desk);
  expect(keys.read(press('KeyW'), desk)).toBe('go_wallboard');
  expect(keys.read(press('KeyF'), desk)).toBe('wall');
});

test('browser shortcuts stay with the browser', () => {
  expect(reader().read(press('KeyR', { ctrlKey: true }), desk)).toBeNull();
  expect(reader().read(press('KeyK', { metaKey: true }), desk)).toBeNull();
});
