/** Local time as a person says it. */

/** "Saturday, November 21, 2026 at 5:16 AM (CST)" in the business's zone, daylight saving included. */
export function spokenNow(now: Temporal.Instant, timeZone: string): string {
  const local = now.toZonedDateTimeISO(timeZone);
  const date = local.toLocaleString('en-US', { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  const time = local.toLocaleString('en-US', { hour: 'numeric', minute: '2-digit' });
  const zone = local.toLocaleString('en-US', { timeZoneName: 'short' }).split(' ').at(-1);
  return `${date} at ${time} (${zone})`;
}

/** "9:30 AM" of a wall-clock time such as `09:30`. */
export function spokenTimeOfDay(time: string): string {
  return Temporal.PlainTime.from(time).toLocaleString('en-US', { hour: 'numeric', minute: '2-digit' });
}

/** "Saturday, November 21" of a moment, in the business's zone. */
export function spokenDate(at: Temporal.Instant, timeZone: string): string {
  return at
    .toZonedDateTimeISO(timeZone)
    .toLocaleString('en-US', { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
}
