/** The panel's words in the language of the page that shows it: one file a language. What a file does
 * not say is said in English. */
import en from './en.json';
import type richEn from './rich/en.json';

type Catalogue = Partial<Record<Word, string>>;
export type Word = keyof typeof en | keyof typeof richEn;
export type Words = (word: Word, values?: Record<string, string | number>) => string;
const FILES = import.meta.glob<Catalogue>('./*.json', { eager: true, import: 'default' });
export const CATALOGUES: Readonly<Record<string, Catalogue>> = Object.fromEntries(
  Object.entries(FILES).map(([file, words]) => [file.slice(2, -5), words]),
);

/** Words that come with a piece of the panel that is not always loaded. */
export function addWords(words: Record<string, Catalogue>): void {
  for (const [language, catalogue] of Object.entries(words)) Object.assign(CATALOGUES[language] ?? {}, catalogue);
}

export const languageOf = (tag: string): string => {
  const short = tag.toLowerCase().split(/[-_]/)[0] ?? '';
  return short in CATALOGUES ? short : 'en';
};

export function wordsIn(language: string): Words {
  const catalogue: Catalogue = CATALOGUES[language] ?? en;
  return (word, values = {}) =>
    (catalogue[word] ?? CATALOGUES['en']?.[word] ?? word).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
