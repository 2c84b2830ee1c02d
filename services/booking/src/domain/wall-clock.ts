/**
 * Wall-clock times as points in time. A business thinks "we open at nine"; what that is in UTC depends on the date.
 *
 * Twice a year a local time needs a decision:
 * - it was skipped (clocks went forward): the first moment after the gap. Temporal's own answer moves the time by the
 *   gap's length, which would end a period late and begin one late;
 * - it happens twice (clocks went back): the first of both, as RFC 5545 reads it.
 *
 * So the mapping never runs backwards within a date, and a period that lies wholly inside a gap is empty.
 */
import type { TimeRange } from './catalog.ts';

/** The first moment of `date` at which the zone's clock has reached `time`. Epoch milliseconds. */
export function wallClockToMs(date: Temporal.PlainDate, time: Temporal.PlainTime, timeZone: string): number {
  const wanted = date.toPlainDateTime(time);
  const found = wanted.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (found.toPlainDateTime().equals(wanted)) return found.epochMilliseconds;
  // A skipped time: "earlier" lies before the gap, so the next transition is the gap itself.
  const gap = found.getTimeZoneTransition('next');
  if (!gap) throw new Error(`no transition after a skipped local time in ${timeZone}`);
  return gap.epochMilliseconds;
}

/** The moment a date begins, which is not midnight where clocks go forward at midnight. Epoch milliseconds. */
export function startOfDateMs(date: Temporal.PlainDate, timeZone: string): number {
  return date.toZonedDateTime(timeZone).epochMilliseconds;
}

/** The date of a moment on the zone's calendar. */
export function dateOf(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** One date as points in time: from its first moment to the first of the next date. */
export interface Day extends TimeRange {
  readonly date: Temporal.PlainDate;
  /** `YYYY-MM-DD`. */
  readonly isoDate: string;
  /** 1 is Monday. */
  readonly weekday: number;
  /** {@link wallClockToMs} of a time (`HH:MM`) of this date, computed once: a whole team opens at nine. `24:00` ends it. */
  at(time: string): number;
}

export function dayOn(date: Temporal.PlainDate, timeZone: string): Day {
  const toMs = startOfDateMs(date.add({ days: 1 }), timeZone);
  const known = new Map([['24:00', toMs]]);
  return {
    date,
    isoDate: date.toString(),
    weekday: date.dayOfWeek,
    fromMs: startOfDateMs(date, timeZone),
    toMs,
    at(time) {
      const earlier = known.get(time);
      if (earlier !== undefined) return earlier;
      const ms = wallClockToMs(date, Temporal.PlainTime.from(time), timeZone);
      known.set(time, ms);
      return ms;
    },
  };
}

/** The date on which a moment lies: appointments count for the date on which they begin. */
export function dayOf(ms: number, timeZone: string): Day {
  return dayOn(dateOf(ms, timeZone), timeZone);
}
