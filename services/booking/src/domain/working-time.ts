/** When a resource works on one date: weekly wall-clock rules, and exceptions to them, expanded for exactly that date. */
import type { BookingRules, HoursException, Period, Resource, TimeRange, WeeklyPeriod } from './catalog.ts';
import type { Day } from './wall-clock.ts';

/**
 * The working periods of a date as points in time, soonest first. Empty ones (swallowed by a clock change) are left out.
 * A date on which the business is closed has none, whatever else is said of it; an exception stands above the weekly
 * hours. What is offered and what may be booked both follow from here.
 */
export function workingPeriodsOn(
  day: Day,
  rules: Pick<BookingRules, 'closedDates'>,
  { weeklyHours, exceptions }: Pick<Resource, 'weeklyHours' | 'exceptions'>,
): TimeRange[] {
  if (rules.closedDates.has(day.isoDate)) return [];
  // ISO dates sort as text.
  const exception = exceptions.find(({ from, until }) => from <= day.isoDate && day.isoDate <= until);
  const hours = exception ? exception.hours : weeklyHours.filter(({ weekday }) => weekday === day.weekday);
  return hours
    .map(({ from, to }) => ({ fromMs: day.at(from), toMs: day.at(to) }))
    .filter(({ fromMs, toMs }) => fromMs < toMs)
    .sort((one, other) => one.fromMs - other.fromMs);
}

/**
 * What is wrong with weekly hours, in words for whoever entered them, or nothing.
 * Periods may touch: each counts its grid from its own beginning, and no appointment crosses from one to the next.
 */
export function faultInWeeklyHours(weeklyHours: readonly WeeklyPeriod[]): string | undefined {
  for (const [weekday, periods = []] of Map.groupBy(weeklyHours, (period) => period.weekday)) {
    const fault = faultInPeriods(periods);
    if (fault) return `${fault} on weekday ${weekday}`;
  }
  return undefined;
}

/** What is wrong with exceptions, naming the one it is about, or nothing. */
export function faultInExceptions(exceptions: readonly HoursException[]): string | undefined {
  const sorted = exceptions.toSorted((one, other) => (one.from < other.from ? -1 : 1));
  for (const [index, exception] of sorted.entries()) {
    if (exception.until < exception.from) return `the exception ${describeDates(exception)} ends before it begins`;
    const fault = faultInPeriods(exception.hours);
    if (fault) return `${fault} in the exception ${describeDates(exception)}`;
    const next = sorted[index + 1];
    if (next && next.from <= exception.until) {
      return `the exceptions ${describeDates(exception)} and ${describeDates(next)} overlap`;
    }
  }
  return undefined;
}

function faultInPeriods(periods: readonly Period[]): string | undefined {
  // `HH:MM` sorts as text in the order of the clock.
  const sorted = periods.toSorted((one, other) => (one.from < other.from ? -1 : 1));
  for (const [index, period] of sorted.entries()) {
    if (period.to <= period.from) return `the period ${describe(period)} ends before it begins`;
    const next = sorted[index + 1];
    if (next && next.from < period.to) return `the periods ${describe(period)} and ${describe(next)} overlap`;
  }
  return undefined;
}

function describe({ from, to }: Period): string {
  return `${from}–${to}`;
}

function describeDates({ from, until }: HoursException): string {
  return from === until ? from : `${from} to ${until}`;
}
