/** Times and sizes in the reader's language. */
import type { Locale } from './translator';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const two = (value: number): string => String(value).padStart(2, '0');

/** A running time: 0:07, 3:20, 1:02:09; from a day on in whole days and hours. */
export function formatElapsed(seconds: number, locale: Locale): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= DAY) {
    const [days, hours] = locale === 'ru' ? ['д', 'ч'] : ['d', 'h'];
    return `${Math.floor(whole / DAY)} ${days} ${Math.floor((whole % DAY) / HOUR)} ${hours}`;
  }
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const tail = two(whole % MINUTE);
  if (whole < HOUR) return `${minutes}:${tail}`;
  return `${Math.floor(whole / HOUR)}:${two(minutes)}:${tail}`;
}

const cache = new Map<string, Intl.DateTimeFormat>();

function dates(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = cache.get(key) ?? new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, options);
  cache.set(key, known);
  return known;
}

export function formatTime(at: string | number, locale: Locale, withSeconds = false): string {
  const second = withSeconds ? ({ second: '2-digit' } as const) : {};
  return dates(locale, { hour: '2-digit', minute: '2-digit', ...second }).format(new Date(at));
}

export function formatDate(at: string | number, locale: Locale, now: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const year = isThisYear ? {} : ({ year: 'numeric' } as const);
  return dates(locale, { day: 'numeric', month: 'long', ...year }).format(new Date(at));
}

export function formatDateTime(at: string | number, locale: Locale): string {
  return dates(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
}

/** Whole days between two moments in the reader's time zone: 0 today, 1 yesterday. */
export function daysAgo(at: string | number, now: number): number {
  const midnight = (moment: string | number): number => new Date(moment).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}

export function formatSize(bytes: number, locale: Locale): string {
  const units = locale === 'ru' ? ['Б', 'КБ', 'МБ', 'ГБ'] : ['B', 'KB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const digits = new Intl.NumberFormat(locale, { maximumFractionDigits: step > 1 ? 1 : 0 });
  return `${digits.format(bytes / 1024 ** step)} ${units[step]}`;
}

export function languageName(code: string, locale: Locale): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
