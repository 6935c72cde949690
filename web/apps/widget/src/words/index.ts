/** The panel's words in the language of the page that shows it: one file a language. What a file does
 * not say is said in English. */
import en from './en.json';

export type Word = keyof typeof en;
export type Words = (word: Word, values?: Record<string, string | number>) => string;
type Catalogue = Partial<Record<Word, string>>;

const FILES = import.meta.glob<Catalogue>('./*.json', { eager: true, import: 'default' });
export const CATALOGUES: Readonly<Record<string, Catalogue>> = Object.fromEntries(
  Object.entries(FILES).map(([file, words]) => [file.slice(2, -5), words]),
);

export const languageOf = (tag: string): string => {
  const short = tag.toLowerCase().split(/[-_]/)[0] ?? '';
  return short in CATALOGUES ? short : 'en';
};

export function wordsIn(language: string): Words {
  const catalogue = CATALOGUES[language] ?? en;
  return (word, values = {}) =>
    (catalogue[word] ?? en[word]).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
