/** A calendar as it stands in the fields, and back: a line of hours for each weekday, and one for
 * each special day. */
import type { CalendarChange, CalendarView, SpecialDay } from '@halfminute/api';
import { checkName, problemsAmong } from '../checks';
import type { Problem, Problems } from '../editing.svelte';
import { readDay, readHours, writeDay, writeHours } from './lines';

export interface CalendarDraft {
  name: string;
  timeZone: string;
  weekly: string[];
  days: string;
}

const WEEK = ['09:00-18:00', '09:00-18:00', '09:00-18:00', '09:00-18:00', '09:00-18:00', '', ''];

export const blankCalendar = (): CalendarDraft => ({
  name: '',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  weekly: [...WEEK],
  days: '',
});

export const calendarDraftOf = (view: CalendarView): CalendarDraft => ({
  name: view.name,
  timeZone: view.time_zone,
  weekly: view.weekly.map(writeHours),
  days: view.days.map(writeDay).join('\n'),
});

const linesOf = (days: string): string[] => days.split('\n').filter((line) => line.trim() !== '');

/** To be asked of a draft without problems. */
export const calendarChangeOf = (draft: CalendarDraft, view: CalendarView | null): CalendarChange => ({
  name: draft.name,
  time_zone: draft.timeZone.trim(),
  weekly: draft.weekly.map((line) => readHours(line) ?? []),
  days: linesOf(draft.days).flatMap((line): SpecialDay[] => {
    const day = readDay(line);
    return day === null ? [] : [day];
  }),
  revision: view?.revision ?? null,
});

function checkDays(days: string): Problem | null {
  const place = linesOf(days).findIndex((line) => readDay(line) === null);
  return place < 0 ? null : { code: 'not_a_day', params: { line: place + 1 } };
}

export const findCalendarProblems = (draft: CalendarDraft): Problems =>
  problemsAmong({
    name: checkName(draft.name),
    time_zone: draft.timeZone.trim() === '' ? { code: 'missing' } : null,
    days: checkDays(draft.days),
    ...Object.fromEntries(
      draft.weekly.map((line, weekday) => [`weekly.${weekday}`, readHours(line) === null ? { code: 'not_hours' } : null]),
    ),
  });
