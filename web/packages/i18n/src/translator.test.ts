import { describe, expect, test } from 'vitest';
import { daysAgo, formatElapsed, formatSize } from './formats';
import { CATALOGUES, LOCALES, localeFor, translatorFor, type MessageKey } from './translator';

const keys = Object.keys(CATALOGUES.en) as MessageKey[];
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '').sort();

describe.each(LOCALES)('catalogue %s', (locale) => {
  const catalogue = CATALOGUES[locale];

  test('has exactly the keys of the others', () => {
    expect(Object.keys(catalogue).sort()).toEqual([...keys].sort());
  });

  test('has no empty words, and every plural form of its language', () => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const key of keys) {
      const entry = catalogue[key];
      const texts = typeof entry === 'string' ? { other: entry } : entry;
      for (const text of Object.values(texts)) expect(text.trim(), key).not.toBe('');
      if (typeof entry !== 'string') expect(Object.keys(entry).sort(), key).toEqual([...forms].sort());
    }
  });

  test('takes the same parameters as the others', () => {
    for (const key of keys) {
      const ours = catalogue[key];
      const reference = CATALOGUES.en[key];
      const expected = names(typeof reference === 'string' ? reference : reference.other);
      const texts = typeof ours === 'string' ? [ours] : Object.values(ours);
      for (const text of texts) expect(names(text), key).toEqual(expected);
    }
  });
});

test('russian counts in its own way', () => {
  const t = translatorFor('ru');
  const seconds = (count: number) => t('offer.left', { count });
  expect([1, 2, 5, 11, 21].map(seconds)).toEqual([
    'осталась 1 секунда',
    'осталось 2 секунды',
    'осталось 5 секунд',
    'осталось 11 секунд',
    'осталась 21 секунда',
  ]);
});

test('an unknown language is answered in English', () => {
  expect(['ru-RU', 'en-US', 'uk', undefined].map(localeFor)).toEqual(['ru', 'en', 'en', 'en']);
});

test('running times', () => {
  expect([0, 7, 200, 3729, 90_000].map((seconds) => formatElapsed(seconds, 'en'))).toEqual([
    '0:00',
    '0:07',
    '3:20',
    '1:02:09',
    '1 d 1 h',
  ]);
});

test('sizes and days', () => {
  expect(formatSize(532, 'en')).toBe('532 B');
  expect(formatSize(1_572_864, 'ru')).toBe('1,5 МБ');
  const now = new Date(2026, 2, 2, 0, 10).getTime();
  expect(daysAgo(new Date(2026, 2, 1, 23, 50).getTime(), now)).toBe(1);
});
