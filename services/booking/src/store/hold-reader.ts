import type { InstantRange, SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import { formatInstantRange } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { LONGEST_BLOCK } from './busy-reader.ts';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

/** Holds that need not be respected: those that are over, and those of the same call, which has changed its mind. */
export interface Way {
  readonly resourceIds: readonly string[];
  /** Buffers included. */
  readonly blocked: InstantRange;
  readonly now: Temporal.Instant;
  readonly callSid: string | undefined;
}

/** Which of them stand in the way of a time. */
export async function findHoldsInTheWay(
  tx: Tx,
  businessId: string,
  { resourceIds, blocked, now, callSid }: Way,
): Promise<string[]> {
  const rows = await tx
    .selectFrom('allocations')
    .innerJoin('appointments', (join) =>
      join
        .onRef('appointments.business_id', '=', 'allocations.business_id')
        .onRef('appointments.id', '=', 'allocations.appointment_id'),
    )
    .select('appointments.id')
    .distinct()
    .where('allocations.business_id', '=', businessId)
    .where('allocations.resource_id', 'in', resourceIds)
    .where('allocations.active', '=', sql.lit(true))
    .where('allocations.starts_at', '>', blocked.start.subtract(LONGEST_BLOCK))
    .where('allocations.starts_at', '<', blocked.end.add(LONGEST_BLOCK))
    .where(sql<boolean>`allocations.during && ${formatInstantRange(blocked)}::tstzrange`)
    .where('appointments.status', '=', 'held')
    .where((eb) =>
      eb.or([
        eb('appointments.expires_at', '<=', now),
        ...(callSid ? [eb('appointments.call_sid', '=', callSid)] : []),
      ]),
    )
    .execute();
  return rows.map(({ id }) => id);
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

/** What an appointment keeps or kept others out of. */
export async function readBlocked(tx: Tx, businessId: string, appointmentId: string): Promise<InstantRange> {
  return tx
    .selectFrom('allocations')
    .select([sql<Temporal.Instant>`lower(during)`.as('start'), sql<Temporal.Instant>`upper(during)`.as('end')])
    .where('business_id', '=', businessId)
    .where('appointment_id', '=', appointmentId)
    .executeTakeFirstOrThrow();
}
