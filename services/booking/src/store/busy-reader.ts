import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BusyRange, TimeRange } from '../domain/catalog.ts';
import type { BookingSchema } from './schema.ts';

/**
 * The longest time an appointment can block before or after its start: a day of service and eight hours of buffer, the
 * limits of `put-service`. So whatever reaches into a range starts within this of it.
 */
export const LONGEST_BLOCK = { hours: 24 + 8 } as const;

const UUID_LENGTH = 36;

export interface BusyQuestion {
  readonly resourceIds: readonly string[] | 'all';
  readonly range: TimeRange;
  /** Holds that are over by then count as free, whether or not they have been cleared away. */
  readonly now: Temporal.Instant;
  /** This appointment's own time counts as free. */
  readonly insteadOf?: string | undefined;
}

/**
 * The times taken that can reach into the range: one query on the index by start, however long it is. They come as one
 * text per resource, because the driver takes ten times as long over thousands of rows as over splitting it; and with
 * ids only where everybody's are asked for, which is to count appointments, because they are half of that text.
 */
export async function readBusy(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  { resourceIds, range, now, insteadOf }: BusyQuestion,
): Promise<BusyRange[]> {
  if (resourceIds.length === 0) return [];
  let query = tx
    .selectFrom('allocations')
    .select([
      'resource_id as resourceId',
      (resourceIds === 'all'
        ? sql<string>`string_agg(taken || ',' || appointment_id, ';')`
        : sql<string>`string_agg(taken, ';')`
      ).as('taken'),
    ])
    .where('business_id', '=', businessId)
    .where('active', '=', sql.lit(true))
    .where('starts_at', '>', Temporal.Instant.fromEpochMilliseconds(range.fromMs).subtract(LONGEST_BLOCK))
    .where('starts_at', '<', Temporal.Instant.fromEpochMilliseconds(range.toMs).add(LONGEST_BLOCK))
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .groupBy('resource_id');
  if (resourceIds !== 'all') query = query.where('resource_id', 'in', resourceIds);
  if (insteadOf !== undefined) query = query.where('appointment_id', '<>', insteadOf);
  const rows = await query.execute();
  return rows.flatMap(({ resourceId, taken }) => toRanges(resourceId, taken, resourceIds === 'all'));
}

/**
 * Reads `start,before,after;…`, or `start,before,after,id;…`, in one pass. There are thousands in one search, and cutting
 * them into texts first took a sixth of all its time.
 */
function toRanges(resourceId: string, text: string, withIds: boolean): BusyRange[] {
  const ranges: BusyRange[] = [];
  let at = 0;
  const readNumber = () => {
    let value = 0;
    for (;;) {
      const digit = text.charCodeAt(at++) - 0x30;
      // Behind the last one there is NaN, which is not a digit either.
      if (!(digit >= 0 && digit <= 9)) return value;
      value = value * 10 + digit;
    }
  };
  while (at < text.length) {
    const startMs = readNumber();
    const fromMs = startMs - readNumber();
    const toMs = startMs + readNumber();
    const appointmentId = withIds ? text.slice(at, at + UUID_LENGTH) : undefined;
    if (withIds) at += UUID_LENGTH + 1;
    ranges.push({ resourceId, appointmentId, startMs, fromMs, toMs });
  }
  return ranges;
}
