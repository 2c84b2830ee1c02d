/**
 * What a caller asked for ("Thursday afternoon", "first thing next week") as dates and parts of them. The model passes
 * the words as closed lists; which dates they are is decided here, on the business's calendar, so that a speech model
 * never computes a date.
 *
 * - a weekday alone is the coming one, today included; from today's on, its next one counts too;
 * - weeks begin on Monday; "this" week is what is left of it, "next" the one after, also for a weekday in it;
 * - `today` and `tomorrow` say the date already, so a week beside them changes nothing.
 */

import type { TimeRange } from './catalog.ts';
import { startOfDateMs, wallClockToMs } from './wall-clock.ts';

export interface Wish {
  readonly day: 'any' | 'today' | 'tomorrow' | Weekday;
  readonly week: 'any' | 'this' | 'next';
  readonly partOfDay: 'any' | 'morning' | 'afternoon' | 'evening';
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
type Weekday = (typeof weekdays)[number];

const noon = Temporal.PlainTime.from('12:00');
const five = Temporal.PlainTime.from('17:00');

/** Whether a date is among those wished for. A weekday of this week that is over still is one: nothing can be offered on it. */
export function isWishedDate(wish: Wish, date: Temporal.PlainDate, today: Temporal.PlainDate): boolean {
  if (wish.day === 'today') return date.equals(today);
  if (wish.day === 'tomorrow') return date.equals(today.add({ days: 1 }));
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const weekOff = Math.floor(daysBetween(monday, date) / 7);
  if (wish.week === 'this' && weekOff !== 0) return false;
  if (wish.week === 'next' && weekOff !== 1) return false;
  if (wish.day === 'any') return true;
  if (weekdays[date.dayOfWeek - 1] !== wish.day) return false;
  const ahead = daysBetween(today, date);
  return wish.week !== 'any' || (ahead >= 0 && ahead <= 7);
}

/** The part of a date that was wished for, as points in time. */
export function wishedPartOf(wish: Wish, date: Temporal.PlainDate, timeZone: string): TimeRange {
  const begins = startOfDateMs(date, timeZone);
  const ends = startOfDateMs(date.add({ days: 1 }), timeZone);
  const noonMs = () => wallClockToMs(date, noon, timeZone);
  const fiveMs = () => wallClockToMs(date, five, timeZone);
  switch (wish.partOfDay) {
    case 'any':
      return { fromMs: begins, toMs: ends };
    case 'morning':
      return { fromMs: begins, toMs: noonMs() };
    case 'afternoon':
      return { fromMs: noonMs(), toMs: fiveMs() };
    case 'evening':
      return { fromMs: fiveMs(), toMs: ends };
  }
}

/** Every wished time from this week's Monday to the last date on offer. */
export function wishedTimes(
  wish: Wish,
  today: Temporal.PlainDate,
  lastDate: Temporal.PlainDate,
  timeZone: string,
): TimeRange[] {
  const times: TimeRange[] = [];
  // From Monday on, because a day of this week that is over is still what alternatives should be near to.
  let date = today.subtract({ days: today.dayOfWeek - 1 });
  const end = Temporal.PlainDate.compare(lastDate, today.add({ days: 14 })) > 0 ? lastDate : today.add({ days: 14 });
  for (; Temporal.PlainDate.compare(date, end) <= 0; date = date.add({ days: 1 })) {
    if (isWishedDate(wish, date, today)) times.push(wishedPartOf(wish, date, timeZone));
  }
  return times;
}

function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return from.until(to, { largestUnit: 'days' }).days;
}
