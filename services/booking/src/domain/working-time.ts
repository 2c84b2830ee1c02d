/** When a resource works on one date: weekly wall-clock rules expanded for exactly that date. */
import type { BookingRules, TimeRange, WeeklyPeriod } from './catalog.ts';

/**
 * The working periods of a date as points in time, soonest first. Empty ones (swallowed by a clock change) are left out,
 * and a date on which the business is closed has none: what is offered and what may be booked both follow from here.
 * @param toMs the wall clock of that date, from `wallClockOf`
 */
export function workingPeriodsOn(
  date: Temporal.PlainDate,
  rules: Pick<BookingRules, 'closedDates'>,
  weeklyHours: readonly WeeklyPeriod[],
  toMs: (time: string) => number,
): TimeRange[] {
  if (rules.closedDates.has(date.toString())) return [];
  return weeklyHours
    .filter((period) => period.weekday === date.dayOfWeek)
    .map((period) => ({ fromMs: toMs(period.from), toMs: toMs(period.to) }))
    .filter((period) => period.fromMs < period.toMs)
    .sort((one, other) => one.fromMs - other.fromMs);
}

/**
 * What is wrong with weekly hours, in words for whoever entered them, or nothing.
 * Periods may touch: each counts its grid from its own beginning, and no appointment crosses from one to the next.
 */
export function faultInWeeklyHours(weeklyHours: readonly WeeklyPeriod[]): string | undefined {
  // `HH:MM` sorts as text in the order of the clock.
  const sorted = weeklyHours.toSorted((one, other) => one.weekday - other.weekday || (one.from < other.from ? -1 : 1));
  for (const [index, period] of sorted.entries()) {
    if (period.to <= period.from) return `the period ${describe(period)} ends before it begins`;
    const next = sorted[index + 1];
    if (next && next.weekday === period.weekday && next.from < period.to) {
      return `the periods ${describe(period)} and ${describe(next)} overlap`;
    }
  }
  return undefined;
}

function describe(period: WeeklyPeriod): string {
  return `${period.from}–${period.to} on weekday ${period.weekday}`;
}
