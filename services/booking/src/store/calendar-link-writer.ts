import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { CalendarTarget } from './calendar-link-reader.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

/** Programs ask every few minutes; when to the minute is enough. */
const READ_NOTED_EVERY = '1 minute';

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
