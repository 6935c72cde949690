import { describe, expect, it } from 'vitest';
import { CATALOGUES, languageOf, wordsIn } from '.';

describe('languages by file', () => {
  it('are as many as there are files, have no words of their own, and ours have all', () => {
    const { en, ...others } = CATALOGUES;
    expect(Object.keys(others)).toContain('ru');
    expect(Object.keys(others['ru'] ?? {})).toEqual(Object.keys(en ?? {}));
    for (const words of Object.values(others)) expect(Object.keys(en ?? {})).toEqual(expect.arrayContaining(Object.keys(words)));
  });

  it('are English where there is no file', () => {
    expect(languageOf('ru-RU')).toBe('ru');
    expect(languageOf('de-AT')).toBe('en');
    expect(wordsIn('de')('send')).toBe('Send');
  });

  it('put values into their words', () => {
    expect(wordsIn('ru')('ahead', { count: 3 })).toBe('Перед вами в очереди: 3');
  });
});
