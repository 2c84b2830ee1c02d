import type { TenantTransaction } from '@frontdesk/persistence';
import type { CallerProfileSchema } from './schema.ts';

/**
 * Notes that an event is being taken in. Part of the same transaction as its effect: either both are kept or neither.
 *
 * @returns false for a repeat
 */
export async function isFirstDelivery(
  tx: TenantTransaction<CallerProfileSchema>,
  businessId: string,
  eventId: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('consumed_events')
    .values({ business_id: businessId, event_id: eventId, consumed_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
