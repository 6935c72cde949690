/** The panel's words in the language of the page that shows it. */
import en from './en.json';
import ru from './ru.json';

export type Word = keyof typeof en;
export type Words = (word: Word, values?: Record<string, string | number>) => string;

const CATALOGUES: Record<string, Record<Word, string>> = { en, ru };

export const languageOf = (tag: string): string => {
  const short = tag.toLowerCase().split(/[-_]/)[0] ?? '';
  return short in CATALOGUES ? short : 'en';
};

export function wordsIn(language: string): Words {
  const catalogue = CATALOGUES[language] ?? en;
  return (word, values = {}) =>
    catalogue[word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
