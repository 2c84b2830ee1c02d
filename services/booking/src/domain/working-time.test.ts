/** Pins working periods on the two odd days of the year, and hours that contradict themselves. */
import { describe, expect, it } from 'vitest';
import { dayOn } from './wall-clock.ts';
import { faultInExceptions, faultInWeeklyHours, workingPeriodsOn } from './working-time.ts';

const sunday = 7;
const open = { closedDates: new Set<string>() };

function periods(date: string, timeZone: string, ...hours: [from: string, to: string][]): string[] {
  const day = Temporal.PlainDate.from(date);
  const weekly = hours.map(([from, to]) => ({ weekday: day.dayOfWeek, from, to }));
  return workingPeriodsOn(dayOn(day, timeZone), open, { weeklyHours: weekly, exceptions: [] }).map(
    ({ fromMs, toMs }) => {
      const clock = (ms: number) =>
        Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainTime().toString().slice(0, 5);
      return `${clock(fromMs)}-${clock(toMs)} ${(toMs - fromMs) / 60_000}min`;
    },
  );
}

describe('workingPeriodsOn', () => {
  it('keeps opening at nine on the wall clock on both days of the change', () => {
    expect(periods('2026-03-08', 'America/Chicago', ['09:00', '17:00'])).toEqual(['09:00-17:00 480min']);
    expect(periods('2026-11-01', 'America/Chicago', ['09:00', '17:00'])).toEqual(['09:00-17:00 480min']);
  });

  it('is an hour shorter or longer when the change is inside the period', () => {
    expect(periods('2026-03-08', 'America/Chicago', ['00:00', '06:00'])).toEqual(['00:00-06:00 300min']);
    expect(periods('2026-11-01', 'America/Chicago', ['00:00', '06:00'])).toEqual(['00:00-06:00 420min']);
  });

  it('begins after the gap, and is empty inside it', () => {
    expect(periods('2026-03-08', 'America/Chicago', ['02:30', '06:00'])).toEqual(['03:00-06:00 180min']);
    expect(periods('2026-03-08', 'America/Chicago', ['01:00', '02:30'])).toEqual(['01:00-03:00 60min']);
    expect(periods('2026-03-08', 'America/Chicago', ['02:10', '02:50'])).toEqual([]);
    expect(periods('2011-12-30', 'Pacific/Apia', ['09:00', '17:00'])).toEqual([]);
  });

  it('reads a time that happens twice as the first', () => {
    expect(periods('2026-11-01', 'America/Chicago', ['01:15', '01:45'])).toEqual(['01:15-01:45 30min']);
  });

  it('keeps a break and sorts', () => {
    expect(periods('2026-06-15', 'Asia/Kathmandu', ['13:00', '17:00'], ['09:00', '12:00'])).toEqual([
      '09:00-12:00 180min',
      '13:00-17:00 240min',
    ]);
  });

  it('has none on another weekday', () => {
    const monday = Temporal.PlainDate.from('2026-06-15');
    const hours = [{ weekday: sunday, from: '09:00', to: '17:00' }];
    expect(workingPeriodsOn(dayOn(monday, 'UTC'), open, { weeklyHours: hours, exceptions: [] })).toEqual([]);
  });

  it('has none on a date on which the business is closed, and only on that', () => {
    const christmas = Temporal.PlainDate.from('2026-12-25');
    const closed = { closedDates: new Set(['2026-12-25']) };
    const hours = [{ weekday: christmas.dayOfWeek, from: '09:00', to: '17:00' }];
    const on = (date: Temporal.PlainDate) =>
      workingPeriodsOn(dayOn(date, 'America/Chicago'), closed, { weeklyHours: hours, exceptions: [] });
    expect(on(christmas)).toEqual([]);
    expect(on(christmas.add({ days: 7 }))).toHaveLength(1);
  });
});

describe('an exception', () => {
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
  const exceptions = [
    { from: '2026-06-17', until: '2026-06-18', hours: [] },
    { from: '2026-06-19', until: '2026-06-19', hours: [{ from: '12:00', to: '14:00' }] },
  ];
  const hoursOn = (date: string, rules = open) =>
    workingPeriodsOn(dayOn(Temporal.PlainDate.from(date), 'UTC'), rules, { weeklyHours, exceptions }).map(
      ({ fromMs, toMs }) => (toMs - fromMs) / 3_600_000,
    );

  it('stands above the weekly hours, from its first date to its last', () => {
    expect(hoursOn('2026-06-16')).toEqual([8]);
    expect(hoursOn('2026-06-17')).toEqual([]);
    expect(hoursOn('2026-06-18')).toEqual([]);
    expect(hoursOn('2026-06-19')).toEqual([2]);
    expect(hoursOn('2026-06-20')).toEqual([8]);
  });

  it('opens nothing on a date on which the business is closed', () => {
    expect(hoursOn('2026-06-19', { closedDates: new Set(['2026-06-19']) })).toEqual([]);
  });
});

describe('faultInExceptions', () => {
  const none = (from: string, until: string) => ({ from, until, hours: [] });

  it('accepts neighbours, whatever the order', () => {
    expect(faultInExceptions([none('2026-06-19', '2026-06-20'), none('2026-06-17', '2026-06-18')])).toBeUndefined();
  });

  it('names those that overlap, end before they begin, or contradict themselves', () => {
    expect(faultInExceptions([none('2026-06-18', '2026-06-20'), none('2026-06-17', '2026-06-18')])).toBe(
      'the exceptions 2026-06-17 to 2026-06-18 and 2026-06-18 to 2026-06-20 overlap',
    );
    expect(faultInExceptions([none('2026-06-18', '2026-06-17')])).toBe(
      'the exception 2026-06-18 to 2026-06-17 ends before it begins',
    );
    const hours = [
      { from: '09:00', to: '12:00' },
      { from: '11:00', to: '13:00' },
    ];
    expect(faultInExceptions([{ from: '2026-06-18', until: '2026-06-18', hours }])).toBe(
      'the periods 09:00–12:00 and 11:00–13:00 overlap in the exception 2026-06-18',
    );
  });
});

describe('faultInWeeklyHours', () => {
  it('accepts a break, touching periods, and the same hours on other days', () => {
    const hours = [
      { weekday: 1, from: '13:00', to: '17:00' },
      { weekday: 1, from: '09:00', to: '12:00' },
      { weekday: 1, from: '12:00', to: '13:00' },
      { weekday: 2, from: '09:00', to: '12:00' },
    ];
    expect(faultInWeeklyHours(hours)).toBeUndefined();
  });

  it('refuses overlap, whatever the order, and an end that is not after the beginning', () => {
    const overlap = [
      { weekday: 3, from: '11:00', to: '15:00' },
      { weekday: 3, from: '09:00', to: '12:00' },
    ];
    expect(faultInWeeklyHours(overlap)).toContain('overlap');
    expect(faultInWeeklyHours([{ weekday: 3, from: '22:00', to: '02:00' }])).toContain('ends before it begins');
    expect(faultInWeeklyHours([{ weekday: 3, from: '09:00', to: '09:00' }])).toContain('ends before it begins');
  });
});
