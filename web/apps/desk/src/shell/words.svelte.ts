/** The screen's language, and its words in it. */
import {
  formatDate,
  formatDateTime,
  formatElapsed,
  formatSize,
  formatTime,
  isMessageKey,
  languageName,
  localeFor,
  translatorFor,
  type Locale,
  type MessageKey,
  type Params,
} from '@halfminute/i18n';
import { storage } from './storage';

const KEY = 'halfminute.locale';

class Words {
  locale = $state<Locale>(localeFor(storage.get(KEY) ?? navigator.language));
  private readonly translate = $derived(translatorFor(this.locale));

  t = (key: MessageKey, params?: Params): string => this.translate(key, params);

  /** The words for a code of the server's, or the code itself where we have none. */
  coded(prefix: string, code: string, params?: Params): string {
    const key = `${prefix}.${code}`;
    return isMessageKey(key) ? this.translate(key, params) : code.replaceAll('_', ' ');
  }

  set(locale: Locale): void {
    this.locale = locale;
    storage.set(KEY, locale);
    document.documentElement.lang = locale;
  }

  number = (value: number): string => new Intl.NumberFormat(this.locale).format(value);
  elapsed = (seconds: number): string => formatElapsed(seconds, this.locale);
  time = (at: string | number, withSeconds = false): string =>
    formatTime(at, this.locale, withSeconds);
  date = (at: string | number, now: number): string => formatDate(at, this.locale, now);
  dateTime = (at: string | number): string => formatDateTime(at, this.locale);
  size = (bytes: number): string => formatSize(bytes, this.locale);
  language = (code: string): string => languageName(code, this.locale);
}

export const words = new Words();
export const t = words.t;
