/** Pins the hour that clock changes take or give: a time in the gap, a time that happens twice, a date that never was. */
import { describe, expect, it } from 'vitest';
import { dateOf, startOfDateMs, wallClockToMs } from './wall-clock.ts';

function at(date: string, time: string, timeZone: string): string {
  const ms = wallClockToMs(Temporal.PlainDate.from(date), Temporal.PlainTime.from(time), timeZone);
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toString({ timeZoneName: 'never' });
}

describe('wallClockToMs', () => {
  it.each([
    ['an ordinary day', '2026-06-15', '09:00', 'America/Chicago', '2026-06-15T09:00:00-05:00'],
    ['in the gap', '2026-03-08', '02:30', 'America/Chicago', '2026-03-08T03:00:00-05:00'],
    ['at the beginning of the gap', '2026-03-08', '02:00', 'America/Chicago', '2026-03-08T03:00:00-05:00'],
    ['after the gap', '2026-03-08', '03:00', 'America/Chicago', '2026-03-08T03:00:00-05:00'],
    ['the first of two', '2026-11-01', '01:30', 'America/Chicago', '2026-11-01T01:30:00-05:00'],
    ['after the overlap', '2026-11-01', '02:00', 'America/Chicago', '2026-11-01T02:00:00-06:00'],
    ['a gap of half an hour', '2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-04T02:30:00+11:00'],
    ['a gap at midnight', '2026-09-06', '00:00', 'America/Santiago', '2026-09-06T01:00:00-03:00'],
    ['a date that was skipped', '2011-12-30', '09:00', 'Pacific/Apia', '2011-12-31T00:00:00+14:00'],
  ])('%s', (_, date, time, zone, expected) => {
    expect(at(date, time, zone)).toBe(expected);
  });
});

describe('dates', () => {
  it('begins after the gap where clocks go forward at midnight', () => {
    const begins = startOfDateMs(Temporal.PlainDate.from('2026-09-06'), 'America/Santiago');
    expect(Temporal.Instant.fromEpochMilliseconds(begins).toString()).toBe('2026-09-06T04:00:00Z');
  });

  it('is the date on the business’s calendar, not in UTC', () => {
    const ms = Temporal.Instant.from('2026-06-16T03:00:00Z').epochMilliseconds;
    expect(dateOf(ms, 'America/Chicago').toString()).toBe('2026-06-15');
    expect(dateOf(ms, 'Pacific/Kiritimati').toString()).toBe('2026-06-16');
  });
});
