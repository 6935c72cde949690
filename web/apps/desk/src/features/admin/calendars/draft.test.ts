import type { CalendarView } from '@halfminute/api';
import { describe, expect, it } from 'vitest';
import { blankCalendar, calendarChangeOf, calendarDraftOf, findCalendarProblems } from './draft';
import { readDay, readHours } from './lines';

const view: CalendarView = {
  id: 'a',
  name: 'Office',
  time_zone: 'Europe/Berlin',
  weekly: [
    [
      { opens: '09:00', closes: '13:00' },
      { opens: '14:00', closes: '18:30' },
    ],
    ...[[], [], [], []],
    [{ opens: '22:00', closes: '02:00' }],
    [{ opens: '00:00', closes: '24:00' }],
  ],
  days: [
    { date: '2026-12-31', name: 'Eve', hours: [{ opens: '10:00', closes: '12:00' }] },
    { date: '2027-01-01', name: 'New Year', hours: [] },
  ],
  queue_names: [],
  revision: 'r1',
};

describe('a calendar in its fields', () => {
  it('comes back as it was', () => {
    const { id: _, queue_names: __, ...kept } = view;
    expect(findCalendarProblems(calendarDraftOf(view))).toEqual({});
    expect(calendarChangeOf(calendarDraftOf(view), view)).toEqual(kept);
  });

  it('that is new needs a name only', () => {
    expect(findCalendarProblems({ ...blankCalendar(), timeZone: 'UTC' })).toEqual({ name: { code: 'missing' } });
  });

  it('says which line is not understood', () => {
    const draft = calendarDraftOf(view);
    const weekly = draft.weekly.with(2, '9-18');
    expect(findCalendarProblems({ ...draft, weekly, days: '2026-12-31\n\n31.12.2026' })).toEqual({
      'weekly.2': { code: 'not_hours' },
      days: { code: 'not_a_day', params: { line: 2 } },
    });
  });
});

describe('hours as people type them', () => {
  it.each([
    ['', []],
    ['9:00 – 18:00', [{ opens: '09:00', closes: '18:00' }]],
    ['00:00-24:00,', [{ opens: '00:00', closes: '24:00' }]],
    ['25:00-26:00', null],
    ['09:60-10:00', null],
    ['24:30-10:00', null],
    ['closed', null],
  ])('%s', (text, hours) => {
    expect(readHours(text)).toEqual(hours);
  });

  it.each([
    ['2026-02-30', null],
    ['tomorrow', null],
    ['2026-12-25', { date: '2026-12-25', name: '', hours: [] }],
    ['2026-12-25 Christmas, 9:00 mass', { date: '2026-12-25', name: 'Christmas, 9:00 mass', hours: [] }],
    ['2026-12-25 25:00-26:00', null],
  ])('%s', (line, day) => {
    expect(readDay(line)).toEqual(day);
  });
});
