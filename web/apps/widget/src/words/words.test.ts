import { expect, describe, it } from 'vitest';
import { fetchWords, LANGUAGES, languageOf, wordsIn } from '.';

const ALL = import.meta.glob<Record<string, string>>('./**/*.json', { eager: true, import: 'default' });

describe('languages by file', () => {
  it.each(Object.keys(ALL))('%s has no words of its own, and ours have all', (file) => {
    const own = Object.keys(ALL[file] ?? {});
    const english = Object.keys(ALL[file.replace(/\w+\.json$/, 'en.json')] ?? {});
    if (file.endsWith('ru.json')) expect(own).toEqual(english);
    expect(english).toEqual(expect.arrayContaining(own));
  });

  it('are as many as there are files, and English where there is none', () => {
    expect(LANGUAGES).toEqual(['en', 'ru']);
    expect(languageOf('ru-RU')).toBe('ru');
    expect(languageOf('de-AT')).toBe('en');
  });

  it('are fetched, and put values into their words', async () => {
    await fetchWords('ru');
    expect(wordsIn('ru')('typing', { name: 'Ада' })).toBe('Ада печатает');
    await fetchWords('en');
    expect(wordsIn('en')('send')).toBe('Send');
  });
});
