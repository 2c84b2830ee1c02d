/**
 * What a calendar program reads under a link. The token is looked up with the system role, because it says whose it is;
 * the appointments are then read as that business.
 */
import { createHash } from 'node:crypto';
import { readCalendar } from '@frontdesk/contracts/booking/calendar-links';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Context } from '../context.ts';
import type { Appointment } from '../domain/appointment.ts';
import { appointmentText, FEED_AHEAD_DAYS, FEED_LIMIT, FEED_PAST_DAYS, resourceText } from '../domain/calendar-text.ts';
import { listAppointments } from '../store/appointment-list-reader.ts';
import { readAppointment } from '../store/appointment-reader.ts';
import { type CalendarTarget, findCalendarLink, resourceName } from '../store/calendar-link-reader.ts';
import { noteRead } from '../store/calendar-link-writer.ts';
import { tokenHash } from './calendar-links.ts';

const ACTOR = { kind: 'service', id: 'calendar' } as const;

export async function serveReadCalendar(context: Context): Promise<void> {
  await context.messaging.serve(readCalendar, async ({ token }) => {
    const now = context.clock.now();
    const link = await context.db.asSystem(ACTOR, async (tx) => {
      const found = await findCalendarLink(tx, tokenHash(token));
      if (found) await noteRead(tx, found, now);
      return found;
    });
    const ics = link && (await textOf(context, link, now));
    if (ics === undefined) throw new WireError('not_found', 'there is no such calendar');
    const fileName = link?.target.kind === 'appointment' ? 'appointment.ics' : 'calendar.ics';
    return { ics, fileName, etag: createHash('sha256').update(ics).digest('base64url') };
  });
}

function textOf(
  { db }: Context,
  { businessId, target }: { businessId: string; target: CalendarTarget },
  now: Temporal.Instant,
): Promise<string | undefined> {
  return db.readAsTenant(businessId, ACTOR, async (tx) => {
    if (target.kind === 'appointment') {
      const appointment = await readAppointment(tx, businessId, target.appointmentId);
      return appointment && isSomebodys(appointment) ? appointmentText(appointment) : undefined;
    }
    const { resourceId } = target;
    const name = await resourceName(tx, businessId, resourceId);
    if (name === undefined) return undefined;
    const since = now.subtract({ hours: 24 * FEED_PAST_DAYS });
    const until = now.add({ hours: 24 * FEED_AHEAD_DAYS });
    const question = { resourceId, somebodys: true };
    const ahead = await listAppointments(tx, businessId, { ...question, since: now, until, limit: FEED_LIMIT });
    const limit = FEED_LIMIT - ahead.length;
    const order = 'latest first';
    const past = await listAppointments(tx, businessId, { ...question, since, until: now, order, limit });
    return resourceText(name, [...ahead, ...past]);
  });
}

/** Times that were only held, for somebody who was deciding, are nobody's appointments. */
const isSomebodys = ({ status, customer }: Appointment): boolean => status !== 'held' && customer !== null;
