import type { InstantRange, SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import { formatInstantRange } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { LONGEST_BLOCK } from './busy-reader.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

export interface Way {
  readonly resourceIds: readonly string[];
  /** Buffers included. */
  readonly blocked: InstantRange;
  readonly now: Temporal.Instant;
  readonly callSid: string | undefined;
  /** The appointment whose own time is in nobody's way. */
  readonly insteadOf: string | undefined;
}

export interface InTheWay {
  readonly resourceId: string;
  readonly appointmentId: string;
  /** A hold that need not be respected: it is over, or it is the same call's, which has changed its mind. */
  readonly givesWay: boolean;
}

/** What stands in the way of a time. */
export async function readInTheWay(
  tx: Tx,
  businessId: string,
  { resourceIds, blocked, now, callSid, insteadOf }: Way,
): Promise<InTheWay[]> {
  let query = tx
    .selectFrom('allocations')
    .innerJoin('appointments', (join) =>
      join
        .onRef('appointments.business_id', '=', 'allocations.business_id')
        .onRef('appointments.id', '=', 'allocations.appointment_id'),
    )
    .select([
      'allocations.resource_id as resourceId',
      'allocations.appointment_id as appointmentId',
      sql<boolean>`appointments.status = 'held' and (appointments.expires_at <= ${now}::timestamptz
        or appointments.call_sid is not distinct from coalesce(${callSid ?? null}::text, ''))`.as('givesWay'),
    ])
    .where('allocations.business_id', '=', businessId)
    .where('allocations.resource_id', 'in', resourceIds)
    .where('allocations.active', '=', sql.lit(true))
    .where('allocations.starts_at', '>', blocked.start.subtract(LONGEST_BLOCK))
    .where('allocations.starts_at', '<', blocked.end.add(LONGEST_BLOCK))
    .where(sql<boolean>`allocations.during && ${formatInstantRange(blocked)}::tstzrange`);
  if (insteadOf !== undefined) query = query.where('allocations.appointment_id', '<>', insteadOf);
  return query.execute();
}

/**
 * Holds that are over or this call's, locked to be cleared away. Those that somebody else is at are left to them:
 * waiting could be waiting for whoever waits for us.
 */
export async function lockHolds(
  tx: Tx,
  businessId: string,
  which: { readonly ids: readonly string[]; readonly now: Temporal.Instant; readonly callSid: string | undefined },
): Promise<{ id: string; isOver: boolean }[]> {
  if (which.ids.length === 0) return [];
  const rows = await tx
    .selectFrom('appointments')
    .select(['id', 'expires_at'])
    .where('business_id', '=', businessId)
    .where('id', 'in', which.ids)
    .where('status', '=', 'held')
    .where((eb) =>
      eb.or([eb('expires_at', '<=', which.now), ...(which.callSid ? [eb('call_sid', '=', which.callSid)] : [])]),
    )
    .orderBy('id')
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(({ id, expires_at: at }) => ({
    id,
    isOver: at !== null && Temporal.Instant.compare(at, which.now) <= 0,
  }));
}

/** What a call holds beyond the latest few. */
export async function findHoldsBeyond(tx: Tx, businessId: string, callSid: string, most: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('appointments')
    .select('id')
    .where('business_id', '=', businessId)
    .where('call_sid', '=', callSid)
    .where('status', '=', 'held')
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .offset(most)
    .execute();
  return rows.map(({ id }) => id);
}

/** Holds of any business that are over, oldest first, locked to be cleared away; those that are being confirmed are not. */
export async function lockOverdueHolds(
  tx: SystemTransaction<BookingSchema>,
  now: Temporal.Instant,
  limit: number,
): Promise<{ businessId: string; appointmentId: string }[]> {
  return tx
    .selectFrom('appointments')
    .select(['business_id as businessId', 'id as appointmentId'])
    .where('status', '=', 'held')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}
