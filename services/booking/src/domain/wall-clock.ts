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

/** {@link wallClockToMs} for many times (`HH:MM`) of one date, each computed once: a whole team opens at nine. */
export function wallClockOf(date: Temporal.PlainDate, timeZone: string): (time: string) => number {
  const known = new Map<string, number>();
  return (time) => {
    const earlier = known.get(time);
    if (earlier !== undefined) return earlier;
    const ms = wallClockToMs(date, Temporal.PlainTime.from(time), timeZone);
    known.set(time, ms);
    return ms;
  };
}

/** The moment a date begins, which is not midnight where clocks go forward at midnight. Epoch milliseconds. */
export function startOfDateMs(date: Temporal.PlainDate, timeZone: string): number {
  return date.toZonedDateTime(timeZone).epochMilliseconds;
}

/** The date of a moment on the zone's calendar. */
export function dateOf(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
}
