/** Words of the screen by language: plain JSON, plurals by Intl.PluralRules, keys checked by types. */
import en from './en.json';
import ru from './ru.json';

export type Locale = 'en' | 'ru';
export type MessageKey = keyof typeof en;
export type Params = Record<string, string | number>;

export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Catalogue = Record<MessageKey, string | PluralForms>;

export const CATALOGUES: Record<Locale, Catalogue> = { en, ru };
export const LOCALES = Object.keys(CATALOGUES) as Locale[];

export type Translate = (key: MessageKey, params?: Params) => string;

export function isMessageKey(key: string): key is MessageKey {
  return key in en;
}

/** The locale that fits the wish best; English where none does. */
export function localeFor(wish: string | null | undefined): Locale {
  const language = wish?.slice(0, 2).toLowerCase();
  return LOCALES.find((locale) => locale === language) ?? 'en';
}

function fill(text: string, params: Params, numbers: Intl.NumberFormat): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

export function translatorFor(locale: Locale): Translate {
  const catalogue = CATALOGUES[locale];
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, params = {}) => {
    const entry = catalogue[key];
    if (typeof entry === 'string') return fill(entry, params, numbers);
    const form = plurals.select(Number(params['count'] ?? 0));
    return fill(entry[form] ?? entry.other, params, numbers);
  };
}
