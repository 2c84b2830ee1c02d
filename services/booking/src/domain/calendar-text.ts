/**
 * Appointments as RFC 5545 text for calendar programs.
 *
 * The same appointments always give the same text, so that its hash can say whether anything changed. Times are UTC
 * instants: a program shows them in its own zone, and no daylight-saving rule has to travel with them. An appointment
 * keeps its UID for good and counts its SEQUENCE up, so a program that has it knows it again after a move.
 */
import ical, { type ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { Appointment } from './appointment.ts';

/** How far a feed of a resource reaches. */
export const FEED_PAST_DAYS = 30;
export const FEED_AHEAD_DAYS = 366;
/** Four a day, all that time. Writing more would keep the bookings of others waiting for too long. What is ahead first. */
export const FEED_LIMIT = 1_500;
/** Below the megabyte that NATS carries, with room for the escapes of JSON. */
const MOST_BYTES = 700_000;
/** How often programs are asked to look again. */
const REFRESH_SECONDS = 900;

/** What everybody who has the link may know: the customer is not named. */
export function appointmentText(appointment: Appointment): string {
  const { serviceName, resourceName } = appointment;
  return calendarOf(serviceName, [appointment], () => `${serviceName} (${resourceName})`).toString();
}

/**
 * The calendar of whoever has these appointments. When it would be too long, the last of them are left out.
 * @param appointments the ones that matter most first
 */
export function resourceText(resourceName: string, appointments: readonly Appointment[]): string {
  const summaryOf = ({ serviceName, customer }: Appointment) => `${serviceName}: ${customer?.name}`;
  let most = appointments.length;
  for (;;) {
    const text = calendarOf(resourceName, appointments.slice(0, most).sort(byTime), summaryOf).toString();
    const bytes = new TextEncoder().encode(text).length;
    if (most === 0 || bytes <= MOST_BYTES) return text;
    most = Math.floor((most * 0.95 * MOST_BYTES) / bytes);
  }
}

/** However they were chosen, they are always written in the same order. */
function byTime(one: Appointment, other: Appointment): number {
  return Temporal.Instant.compare(one.startsAt, other.startsAt) || (one.appointmentId < other.appointmentId ? -1 : 1);
}

function calendarOf(
  name: string,
  appointments: readonly Appointment[],
  summaryOf: (appointment: Appointment) => string,
): ICalCalendar {
  const calendar = ical({
    prodId: { company: 'Frontdesk', product: 'Booking' },
    method: ICalCalendarMethod.PUBLISH,
    name: oneLine(name),
    ttl: REFRESH_SECONDS,
  });
  for (const appointment of appointments) {
    const changed = dateOf(lastChange(appointment));
    calendar.createEvent({
      id: `${appointment.appointmentId}@frontdesk`,
      sequence: appointment.version,
      start: dateOf(appointment.startsAt),
      end: dateOf(appointment.endsAt),
      stamp: changed,
      lastModified: changed,
      created: dateOf(appointment.createdAt),
      summary: oneLine(summaryOf(appointment)),
      status: appointment.status === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar;
}

function lastChange({ createdAt, movedAt, cancelledAt }: Appointment): Temporal.Instant {
  const changes = [createdAt, movedAt, cancelledAt].filter((at) => at !== null);
  return changes.reduce((latest, at) => (Temporal.Instant.compare(at, latest) > 0 ? at : latest));
}

const dateOf = (instant: Temporal.Instant): Date => new Date(instant.epochMilliseconds);

/** Callers say their names to a machine that writes them down: no control character of theirs becomes a line. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
