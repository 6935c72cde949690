/** Opening hours as people type them, and back: `09:00-13:00, 14:00-18:30`. */
import type { OpenHours, SpecialDay } from '@halfminute/api';

const HOURS = /^(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})$/;
const DAY = /^(\d{4}-\d{2}-\d{2})\s*(.*)$/;
/** Hours at the beginning of what is said of a day. */
const BEGINS = /^\d{1,2}:\d{2}\s*[-–—]\s*\d{1,2}:\d{2}(\s*,\s*\d{1,2}:\d{2}\s*[-–—]\s*\d{1,2}:\d{2})*/;

function timeOf(hours: string, minutes: string): string | null {
  const isWell = (Number(hours) < 24 && Number(minutes) < 60) || (hours === '24' && minutes === '00');
  return isWell ? `${hours.padStart(2, '0')}:${minutes}` : null;
}

/** Null where it is not understood; nothing is closed all day. */
export function readHours(text: string): OpenHours[] | null {
  const pieces = text.split(',').map((piece) => piece.trim()).filter(Boolean);
  const read = pieces.map((piece) => {
    const [, fromHours = '', fromMinutes = '', toHours = '', toMinutes = ''] = HOURS.exec(piece) ?? [];
    const opens = timeOf(fromHours, fromMinutes);
    const closes = timeOf(toHours, toMinutes);
    return opens === null || closes === null || fromHours === '' ? null : { opens, closes };
  });
  return read.includes(null) ? null : (read as OpenHours[]);
}

export const writeHours = (hours: readonly OpenHours[]): string =>
  hours.map(({ opens, closes }) => `${opens}-${closes}`).join(', ');

function isDate(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** `2026-12-31 10:00-12:00 Eve`; without hours it is closed. Null where it is not understood. */
export function readDay(line: string): SpecialDay | null {
  const [, date = '', rest = ''] = DAY.exec(line.trim()) ?? [];
  if (!isDate(date)) return null;
  const begin = BEGINS.exec(rest)?.[0] ?? '';
  const hours = readHours(begin);
  return hours === null ? null : { date, name: rest.slice(begin.length).trim(), hours };
}

export const writeDay = ({ date, name = '', hours = [] }: SpecialDay): string =>
  [date, writeHours(hours), name].filter(Boolean).join(' ');
