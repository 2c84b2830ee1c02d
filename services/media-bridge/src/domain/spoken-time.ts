/** Local time as a person says it. */

const MINUTE_MS = 60_000;

/** The minute told last in each zone: every tool call tells the time twice, in many calls at once. */
const told = new Map<string, { minute: number; text: string }>();

/** "Saturday, November 21, 2026 at 5:16 AM (CST)" in the business's zone, daylight saving included. */
export function spokenNow(now: Temporal.Instant, timeZone: string): string {
  // Offsets are whole minutes in all years a call can be in, so that every zone's minutes begin together.
  const minute = Math.floor(now.epochMilliseconds / MINUTE_MS);
  const last = told.get(timeZone);
  if (last?.minute === minute) return last.text;
  const text = spokenMinute(minute * MINUTE_MS, timeZone);
  told.set(timeZone, { minute, text });
  return text;
}

function spokenMinute(epochMs: number, timeZone: string): string {
  const parts = clockOf(timeZone).formatToParts(epochMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  const date = `${part('weekday')}, ${part('month')} ${part('day')}, ${part('year')}`;
  return `${date} at ${part('hour')}:${part('minute')} ${part('dayPeriod')} (${part('timeZoneName')})`;
}

/** Making a formatter takes a thousand times as long as using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  clocks.set(timeZone, made);
  return made;
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
