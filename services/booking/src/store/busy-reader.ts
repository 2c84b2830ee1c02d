import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BusyRange, TimeRange } from '../domain/catalog.ts';
import { ACTIVE_STATUSES, type BookingSchema } from './schema.ts';

/**
 * The longest time an appointment can block before or after its start: a day of service and eight hours of buffer, the
 * limits of `put-service`. So whatever reaches into a range starts within this of it.
 */
const LONGEST_BLOCK = { hours: 24 + 8 } as const;

/** Numbers, because thousands of rows are read and only compared. */
const epochMs = (bound: 'lower' | 'upper') =>
  sql<number>`(extract(epoch from ${sql.raw(bound)}(during)) * 1000)::float8`;

/** The times taken of these resources that can reach into the range: one query on the index by start, however long it is. */
export async function readBusy(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  resourceIds: readonly string[],
  range: TimeRange,
): Promise<BusyRange[]> {
  if (resourceIds.length === 0) return [];
  return tx
    .selectFrom('appointments')
    .select(['resource_id as resourceId', epochMs('lower').as('fromMs'), epochMs('upper').as('toMs')])
    .where('business_id', '=', businessId)
    .where('resource_id', 'in', resourceIds)
    .where('status', 'in', ACTIVE_STATUSES)
    .where('starts_at', '>', Temporal.Instant.fromEpochMilliseconds(range.fromMs).subtract(LONGEST_BLOCK))
    .where('starts_at', '<', Temporal.Instant.fromEpochMilliseconds(range.toMs).add(LONGEST_BLOCK))
    .execute();
}
