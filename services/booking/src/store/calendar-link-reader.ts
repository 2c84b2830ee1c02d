import type { createCalendarLink } from '@frontdesk/contracts/booking/calendar-links';
import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { BookingSchema } from './schema.ts';

export type CalendarTarget = z.infer<typeof createCalendarLink.request>['target'];

/** So many a business has at once, so that all of them can be listed, and revoked. */
export const MOST_LINKS = 500;

/** Whose link it is and what it opens; nothing when it was revoked or never was. */
export async function findCalendarLink(
  tx: SystemTransaction<BookingSchema>,
  tokenHash: string,
): Promise<{ businessId: string; linkId: string; target: CalendarTarget } | undefined> {
  const row = await tx
    .selectFrom('calendar_links')
    .select(['business_id', 'id', 'appointment_id', 'resource_id'])
    .where('token_hash', '=', tokenHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && { businessId: row.business_id, linkId: row.id, target: targetOf(row) };
}

/** Those that are not revoked, latest first. */
export async function listLinks(tx: TenantTransaction<BookingSchema>, businessId: string) {
  const rows = await tx
    .selectFrom('calendar_links')
    .leftJoin('calendar_link_reads', (join) =>
      join
        .onRef('calendar_link_reads.business_id', '=', 'calendar_links.business_id')
        .onRef('calendar_link_reads.link_id', '=', 'calendar_links.id'),
    )
    .select(['id', 'appointment_id', 'resource_id', 'created_at', 'last_read_at'])
    .where('calendar_links.business_id', '=', businessId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(MOST_LINKS)
    .execute();
  return rows.map((row) => ({
    linkId: row.id,
    target: targetOf(row),
    createdAt: row.created_at.toString(),
    lastReadAt: row.last_read_at?.toString() ?? null,
  }));
}

/** The resource's name, when the business has it; one that was retired still has appointments. */
export async function resourceName(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  resourceId: string,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('resources')
    .select('name')
    .where('business_id', '=', businessId)
    .where('id', '=', resourceId)
    .executeTakeFirst();
  return row?.name;
}

/** The table lets exactly one of them be there. */
function targetOf(row: { appointment_id: string | null; resource_id: string | null }): CalendarTarget {
  return row.appointment_id === null
    ? { kind: 'resource', resourceId: row.resource_id ?? '' }
    : { kind: 'appointment', appointmentId: row.appointment_id };
}
