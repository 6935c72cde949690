import type { StickerSetView } from '@halfminute/api';
import { describe, expect, test } from 'vitest';
import { MemoryStorage } from './storage';
import { findStickers, RECENT_LIMIT, RecentStickers, stepTo } from './stickers';

function setOf(name: string, ...emojis: string[]): StickerSetView {
  return {
    id: name,
    name,
    title: `The ${name}`,
    state: 'listed',
    refreshed_at: '2026-11-27T12:00:00Z',
    reason: '',
    stickers: emojis.map((emoji, index) => ({
      id: `${name}-${index}`,
      format: 'webp',
      emojis: [emoji],
      width: 512,
      height: 512,
      file_id: `file-${name}-${index}`,
      file_state: 'ready',
      thumbnail_file_id: null,
    })),
  };
}

const sets = [setOf('Cats', '😺', '👋🏽', '❤️'), setOf('Dogs', '🐶', '👋')];
const idsOf = (wish: string): string[] => findStickers(sets, wish).map((found) => found.sticker.id);

describe('a wish finds', () => {
  test('the stickers of an emoji in all sets, in whatever tone and drawing', () => {
    expect(idsOf('👋')).toEqual(['Cats-1', 'Dogs-1']);
    expect(idsOf('👋🏿')).toEqual(['Cats-1', 'Dogs-1']);
    expect(idsOf('❤')).toEqual(['Cats-2']);
  });

  test('those of either emoji, when two are written', () => {
    expect(idsOf('😺 🐶')).toEqual(['Cats-0', 'Dogs-0']);
  });

  test('a whole set by a piece of its name', () => {
    expect(idsOf(' dog')).toEqual(['Dogs-0', 'Dogs-1']);
    expect(idsOf('the c')).toEqual(['Cats-0', 'Cats-1', 'Cats-2']);
  });

  test('nothing where there is no such sticker, or no wish', () => {
    expect(idsOf('🦊')).toEqual([]);
    expect(idsOf('  ')).toEqual([]);
  });
});

describe('in a grid of seven by three columns', () => {
  test.each([
    [0, 'ArrowRight', 1],
    [6, 'ArrowRight', 6],
    [0, 'ArrowLeft', 0],
    [1, 'ArrowDown', 4],
    [4, 'ArrowDown', 6],
    [6, 'ArrowDown', 6],
    [4, 'ArrowUp', 1],
    [2, 'ArrowUp', null],
    [3, 'Home', 0],
    [3, 'End', 6],
    [3, 'KeyA', 3],
  ])('from %i %s leads to %s', (at, code, to) => {
    expect(stepTo(at, 7, 3, code)).toBe(to);
  });
});

describe('what was used last', () => {
  test('comes first, once, and for its own account and agent', () => {
    const storage = new MemoryStorage();
    const recent = new RecentStickers(storage, 'anna');
    for (const id of ['Cats-0', 'Dogs-1', 'Cats-0', 'gone']) recent.note('bot', id);
    const idsFor = (who: RecentStickers, account: string) =>
      who.list(account, sets).map((choice) => choice.sticker.id);
    expect(idsFor(recent, 'bot')).toEqual(['Cats-0', 'Dogs-1']);
    expect(idsFor(recent, 'other')).toEqual([]);
    expect(idsFor(new RecentStickers(storage, 'boris'), 'bot')).toEqual([]);
  });

  test('is so much and no more', () => {
    const storage = new MemoryStorage();
    const recent = new RecentStickers(storage, 'anna');
    for (let number = 0; number < 50; number += 1) recent.note('bot', `s${number}`);
    expect(JSON.parse(storage.get('halfminute.stickers.anna.bot') ?? '')).toHaveLength(RECENT_LIMIT);
  });

  test.each(['{', '5', '[1, null, {}]'])('that a browser holds as %s is nothing', (kept) => {
    const storage = new MemoryStorage();
    storage.set('halfminute.stickers.anna.bot', kept);
    expect(new RecentStickers(storage, 'anna').list('bot', sets)).toEqual([]);
  });
});
