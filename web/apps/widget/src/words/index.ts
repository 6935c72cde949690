/** The panel's words in the language of the page that shows it: one file a language. What a file does
 * not say is said in English (`vite.config.ts`). */
import type en from './en.json';
import type asidesEn from './asides/en.json';
import type pickerEn from './picker/en.json';
import type richEn from './rich/en.json';

type Catalogue = Partial<Record<Word, string>>;
export type Word = keyof typeof en | keyof typeof asidesEn | keyof typeof pickerEn | keyof typeof richEn;
export type Words = (word: Word, values?: Record<string, string | number>) => string;

const FILES = import.meta.glob<Catalogue>('./*.json', { import: 'default' });
const CATALOGUES: Record<string, Catalogue> = {};
export const LANGUAGES = Object.keys(FILES).map((file) => file.slice(2, -5));

/** Fetches a language's words. Throws when they cannot be had. */
export async function fetchWords(language: string): Promise<void> {
  const words = await FILES[`./${language}.json`]?.();
  CATALOGUES[language] = { ...words, ...CATALOGUES[language] };
}

/** Words that come with a piece of the panel that is not always loaded. */
export function addWords(words: Record<string, Catalogue>): void {
  for (const [language, catalogue] of Object.entries(words)) CATALOGUES[language] = { ...CATALOGUES[language], ...catalogue };
}

export const languageOf = (tag: string): string => {
  const short = tag.toLowerCase().split(/[-_]/)[0] ?? '';
  return LANGUAGES.includes(short) ? short : 'en';
};

export function wordsIn(language: string): Words {
  return (word, values = {}) => {
    const said = CATALOGUES[language]?.[word] ?? word;
    return said.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}
