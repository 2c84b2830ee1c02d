import { type SystemTransaction, type TenantTransaction, tell } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { type CalendarTarget, MOST_LINKS } from './calendar-link-reader.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

/** Programs ask every few minutes; when to the minute is enough. */
const READ_NOTED_EVERY = '1 minute';

/**
 * Whether one more may be made; others of the business wait until this one is. When there are too many, the links to
 * appointments that were over by `overBefore` are revoked first: nobody looks there any more.
 */
export async function makeRoomForLink(
  tx: Tx,
  businessId: string,
  { now, overBefore }: { readonly now: Temporal.Instant; readonly overBefore: Temporal.Instant },
): Promise<boolean> {
  await tell(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`booking.calendar-links:${businessId}`}, 0))`);
  const links = await countLinks(tx, businessId);
  if (links < MOST_LINKS) return true;
  const { numUpdatedRows } = await tx
    .updateTable('calendar_links')
    .set({ revoked_at: now })
    .where('business_id', '=', businessId)
    .where('revoked_at', 'is', null)
    .where('appointment_id', 'in', (eb) =>
      eb
        .selectFrom('appointments')
        .select('appointments.id')
        .where('appointments.business_id', '=', businessId)
        .where('appointments.ends_at', '<', overBefore),
    )
    .executeTakeFirstOrThrow();
  return links - Number(numUpdatedRows) < MOST_LINKS;
}

async function countLinks(tx: Tx, businessId: string): Promise<number> {
  const { links } = await tx
    .selectFrom('calendar_links')
    .select((eb) => eb.fn.countAll<number>().as('links'))
    .where('business_id', '=', businessId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return links;
}

export async function insertCalendarLink(
  tx: Tx,
  businessId: string,
  link: { tokenHash: string; target: CalendarTarget; now: Temporal.Instant },
): Promise<string> {
  const { target } = link;
  const { id } = await tx
    .insertInto('calendar_links')
    .values({
      business_id: businessId,
      token_hash: link.tokenHash,
      appointment_id: target.kind === 'appointment' ? target.appointmentId : null,
      resource_id: target.kind === 'resource' ? target.resourceId : null,
      created_at: link.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** @returns whether there is such a link, revoked by now or before */
export async function markRevoked(tx: Tx, businessId: string, linkId: string, now: Temporal.Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('calendar_links')
    .set({ revoked_at: sql`coalesce(revoked_at, ${now})` })
    .where('business_id', '=', businessId)
    .where('id', '=', linkId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function noteRead(
  tx: SystemTransaction<BookingSchema>,
  link: { businessId: string; linkId: string },
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('calendar_link_reads')
    .values({ business_id: link.businessId, link_id: link.linkId, last_read_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['business_id', 'link_id'])
        .doUpdateSet({ last_read_at: now })
        .where(sql<boolean>`calendar_link_reads.last_read_at < ${now}::timestamptz - ${READ_NOTED_EVERY}::interval`),
    )
    .execute();
}
