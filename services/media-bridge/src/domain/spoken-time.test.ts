import { expect, it } from 'vitest';
import { isOpen } from './opening-hours.ts';
import { spokenNow, spokenTimeOfDay } from './spoken-time.ts';

// A call across the end of daylight saving time heard the same hour twice, or an hour too much.
it('tells local time through a change of daylight saving', () => {
  const before = Temporal.Instant.from('2026-11-01T06:59:00Z');
  expect(spokenNow(before, 'America/Chicago')).toBe('Sunday, November 1, 2026 at 1:59 AM (CDT)');
  const after = before.add({ minutes: 2 });
  expect(spokenNow(after, 'America/Chicago')).toBe('Sunday, November 1, 2026 at 1:01 AM (CST)');
});

// What was told last is remembered for each zone.
it('tells each zone its own minute, in whatever order it is asked', () => {
  const at = (text: string) =>
    ['America/Chicago', 'Asia/Kathmandu'].map((zone) => spokenNow(Temporal.Instant.from(text), zone));
  const day = 'Wednesday, June 17, 2026 at';
  const before = [`${day} 10:00 AM (CDT)`, `${day} 8:45 PM (GMT+5:45)`];
  expect(at('2026-06-17T15:00:59.999Z')).toEqual(before);
  expect(at('2026-06-17T15:01:00Z')).toEqual([`${day} 10:01 AM (CDT)`, `${day} 8:46 PM (GMT+5:45)`]);
  expect(at('2026-06-17T15:00:00Z')).toEqual(before);
});

it('tells the next day after midnight', () => {
  expect(spokenNow(Temporal.Instant.from('2026-11-24T06:01:00Z'), 'America/Chicago')).toContain('Tuesday, November 24');
  expect(spokenTimeOfDay('13:05')).toBe('1:05 PM');
});

it('knows ranges that last past midnight, and holidays', () => {
  const hours = {
    weekly: [{ weekday: 5, opens: '20:00', closes: '02:00' }],
    holidays: [{ date: '2026-12-04', name: 'Inventory' }],
  };
  const at = (text: string) => isOpen(hours, Temporal.Instant.from(text), 'UTC');
  expect(at('2026-11-27T21:00:00Z')).toBe(true);
  expect(at('2026-11-28T01:00:00Z')).toBe(true);
  expect(at('2026-11-28T02:00:00Z')).toBe(false);
  expect(at('2026-12-04T21:00:00Z')).toBe(false);
});
