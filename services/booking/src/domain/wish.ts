/**
 * What a caller asked for ("Thursday afternoon", "first thing next week", "the fourteenth") as dates and parts of them.
 * The model passes the words as closed lists; which dates they are is decided here, on the business's calendar, so that
 * a speech model never computes a date.
 *
 * - a weekday alone is the coming one, today included; from today's on, its next one counts too;
 * - weeks begin on Monday; "this" week is what is left of it, "next" the one after, also for a weekday in it;
 * - `today`, `tomorrow` and the day after say the date already, so a week beside them changes nothing;
 * - a day of the month is the next such date, today included, and stands above weekday and week;
 * - a month alone is this year's, or next year's when it is over; a weekday beside it counts, a week does not.
 */
import type { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { monthWanted, weekdayWanted } from '@frontdesk/contracts/booking/slot';
import type { z } from 'zod';
import type { TimeRange } from './catalog.ts';
import type { Day } from './wall-clock.ts';

export type Wish = Pick<z.output<typeof findSlots.request>, 'day' | 'week' | 'partOfDay' | 'dayOfMonth' | 'month'>;
type Weekday = z.infer<typeof weekdayWanted>;
type Month = z.infer<typeof monthWanted>;

const daysAhead = { today: 0, tomorrow: 1, day_after_tomorrow: 2 } as const;
const weeksAhead = { this: 0, next: 1, after_next: 2 } as const;
/** Both in the order of the calendar. */
const weekdays: readonly Weekday[] = weekdayWanted.options;
const months: readonly Month[] = monthWanted.options;

/** How long the beginning and the end of a working day are. */
const EDGE_MS = 2 * 3_600_000;

/** The dates wished for; or what to say about one that does not exist. */
export type WishedDates =
  | { readonly ok: true; readonly dates: readonly Temporal.PlainDate[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Every wished date, in order and at least one: those of this week (or of the month) that are over are wished for still,
 * so that alternatives can be near them, as are dates after the last on offer.
 */
export function wishedDates(wish: Wish, today: Temporal.PlainDate, lastDate: Temporal.PlainDate): WishedDates {
  if (wish.dayOfMonth !== undefined) return dayOfMonth(wish.dayOfMonth, wish.month, today);
  if (wish.month) {
    const month = months.indexOf(wish.month) + 1;
    const year = month >= today.month ? today.year : today.year + 1;
    const first = Temporal.PlainDate.from({ year, month, day: 1 });
    const dates = datesBetween(first, first.add({ months: 1 }).subtract({ days: 1 }));
    return { ok: true, dates: dates.filter((date) => !isWeekday(wish.day) || weekdayOf(date) === wish.day) };
  }
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const until = later(lastDate, monday.add({ days: 3 * 7 - 1 }));
  return { ok: true, dates: datesBetween(monday, until).filter((date) => isWished(wish, date, today, monday)) };
}

function isWished(
  wish: Wish,
  date: Temporal.PlainDate,
  today: Temporal.PlainDate,
  monday: Temporal.PlainDate,
): boolean {
  if (wish.day !== 'any' && !isWeekday(wish.day)) return daysBetween(today, date) === daysAhead[wish.day];
  if (wish.week !== 'any' && Math.floor(daysBetween(monday, date) / 7) !== weeksAhead[wish.week]) return false;
  if (wish.day === 'any') return true;
  if (weekdayOf(date) !== wish.day) return false;
  const ahead = daysBetween(today, date);
  return wish.week !== 'any' || (ahead >= 0 && ahead <= 7);
}

/** "The fourteenth", "December the third": the next such date. February 30 never comes, and is said to whoever asked. */
function dayOfMonth(day: number, month: Month | undefined, today: Temporal.PlainDate): WishedDates {
  if (month) {
    const index = months.indexOf(month) + 1;
    const name = `${month.charAt(0).toUpperCase()}${month.slice(1)} ${day}`;
    // 2028 is a leap year: what is no date in it is none in any year.
    if (!exists(2028, index, day)) return { ok: false, reason: `there is no ${name}` };
    const isOver = index < today.month || (index === today.month && day < today.day);
    const year = isOver ? today.year + 1 : today.year;
    if (!exists(year, index, day)) return { ok: false, reason: `there is no ${name} in ${year}` };
    return { ok: true, dates: [Temporal.PlainDate.from({ year, month: index, day })] };
  }
  if (day < 1 || day > 31) return { ok: false, reason: `no month has a day ${day}` };
  // Of two months in a row at least one has 31 days.
  for (let ahead = day < today.day ? 1 : 0; ; ahead++) {
    const { year, month: index } = today.with({ day: 1 }).add({ months: ahead });
    if (exists(year, index, day)) return { ok: true, dates: [Temporal.PlainDate.from({ year, month: index, day })] };
  }
}

/**
 * The part of a date that was wished for, as points in time.
 * @param working from the first to the last moment somebody who could be booked works on it; nothing when nobody does
 */
export function wishedPartOf(wish: Pick<Wish, 'partOfDay'>, day: Day, working: TimeRange | undefined): TimeRange {
  const { fromMs, toMs } = day;
  switch (wish.partOfDay) {
    case 'any':
      return { fromMs, toMs };
    case 'first_thing':
      if (working) return { fromMs: working.fromMs, toMs: working.fromMs + EDGE_MS };
      return { fromMs, toMs: day.at('12:00') };
    case 'morning':
      return { fromMs, toMs: day.at('12:00') };
    case 'lunchtime':
      return { fromMs: day.at('11:30'), toMs: day.at('13:30') };
    case 'afternoon':
      return { fromMs: day.at('12:00'), toMs: day.at('17:00') };
    case 'evening':
      return { fromMs: day.at('17:00'), toMs };
    case 'end_of_day':
      if (working) return { fromMs: working.toMs - EDGE_MS, toMs: working.toMs };
      return { fromMs: day.at('12:00'), toMs };
  }
}

function isWeekday(day: Wish['day']): day is Weekday {
  return weekdays.some((weekday) => weekday === day);
}

function weekdayOf(date: Temporal.PlainDate): Weekday | undefined {
  return weekdays[date.dayOfWeek - 1];
}

function exists(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth;
}

function datesBetween(first: Temporal.PlainDate, last: Temporal.PlainDate): Temporal.PlainDate[] {
  return Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, days) => first.add({ days }));
}

function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return from.until(to, { largestUnit: 'days' }).days;
}

function later(one: Temporal.PlainDate, other: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(one, other) > 0 ? one : other;
}
