/** Who may read appointments without asking us by any other way: links are made, listed and revoked by the business. */
import { createHash, randomBytes } from 'node:crypto';
import { createCalendarLink, listCalendarLinks, revokeCalendarLink } from '@frontdesk/contracts/booking/calendar-links';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf, type TenantTransaction } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { FEED_PAST_DAYS } from '../domain/calendar-text.ts';
import { readAppointment } from '../store/appointment-reader.ts';
import { type CalendarTarget, listLinks, MOST_LINKS, resourceName } from '../store/calendar-link-reader.ts';
import { insertCalendarLink, makeRoomForLink, markRevoked } from '../store/calendar-link-writer.ts';
import type { BookingSchema } from '../store/schema.ts';

const TOKEN_BYTES = 32;

/** A token of 256 random bits needs no salt and no slow hash: there is nothing to guess from. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

export async function serveCalendarLinks(context: Context): Promise<void> {
  const { messaging, db, clock } = context;
  await messaging.serve(createCalendarLink, async ({ target }, rpc) => {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const linkId = await db.asTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      if (!(await isThere(tx, rpc.businessId, target)))
        throw new WireError('not_found', `there is no such ${target.kind}`);
      const now = clock.now();
      const overBefore = now.subtract({ hours: 24 * FEED_PAST_DAYS });
      if (!(await makeRoomForLink(tx, rpc.businessId, { now, overBefore }))) {
        throw new WireError('conflict', `there are ${MOST_LINKS} calendar links: revoke one that is not used any more`);
      }
      return insertCalendarLink(tx, rpc.businessId, { tokenHash: tokenHash(token), target, now });
    });
    return { linkId, token };
  });
  await messaging.serve(listCalendarLinks, async (_request, rpc) => ({
    links: await db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) => listLinks(tx, rpc.businessId)),
  }));
  await messaging.serve(revokeCalendarLink, async ({ linkId }, rpc) => {
    const revoked = await db.asTenant(rpc.businessId, actorOf(rpc), (tx) =>
      markRevoked(tx, rpc.businessId, linkId, clock.now()),
    );
    if (!revoked) throw new WireError('not_found', 'there is no such calendar link');
    return {};
  });
}

async function isThere(tx: TenantTransaction<BookingSchema>, businessId: string, target: CalendarTarget) {
  return target.kind === 'appointment'
    ? (await readAppointment(tx, businessId, target.appointmentId)) !== undefined
    : (await resourceName(tx, businessId, target.resourceId)) !== undefined;
}
