/** Pins the sentence callers hear, in the business's zone, and the one hour a year that needs more than a time. */
import { expect, it } from 'vitest';
import { spokenTime } from './spoken-time.ts';

it.each([
  ['2026-12-03T20:30:00Z', 'America/Chicago', 'Thursday, December 3 at 2:30 PM'],
  ['2026-06-17T13:00:00Z', 'America/New_York', 'Wednesday, June 17 at 9:00 AM'],
  ['2026-06-17T17:00:00Z', 'America/Chicago', 'Wednesday, June 17 at 12:00 PM'],
  ['2026-11-01T06:30:00Z', 'America/Chicago', 'Sunday, November 1 at 1:30 AM CDT'],
  ['2026-11-01T07:30:00Z', 'America/Chicago', 'Sunday, November 1 at 1:30 AM CST'],
])('%s in %s', (instant, zone, expected) => {
  expect(spokenTime(Date.parse(instant), zone)).toBe(expected);
});
