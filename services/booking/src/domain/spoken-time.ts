/** How a person says a time. */

/**
 * "Thursday, December 3 at 2:30 PM", in the business's zone. Where that time happens twice (clocks going back), the
 * zone's abbreviation is added, because nothing else tells the two apart.
 */
export function spokenTime(startMs: number, timeZone: string): string {
  const start = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(timeZone);
  const day = start.toLocaleString('en-US', { weekday: 'long', month: 'long', day: 'numeric' });
  const time = start.toLocaleString('en-US', { hour: 'numeric', minute: '2-digit' }).replace(/\s/gu, ' ');
  if (!happensTwice(start)) return `${day} at ${time}`;
  const zone = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' })
    .formatToParts(startMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${day} at ${time} ${zone ?? start.offset}`;
}

function happensTwice(time: Temporal.ZonedDateTime): boolean {
  const local = time.toPlainDateTime();
  const first = local.toZonedDateTime(time.timeZoneId, { disambiguation: 'earlier' });
  const second = local.toZonedDateTime(time.timeZoneId, { disambiguation: 'later' });
  return !first.equals(second);
}
