/**
 * What appointments take up. Two that overlap on one resource cannot both be active: the exclusion constraint says so,
 * and nothing else has to.
 *
 * Nobody waits in a circle, because everybody takes resources in the order of their ids, and gives the old ones up last.
 */
import {
  formatInstantRange,
  type InstantRange,
  type SystemTransaction,
  type TenantTransaction,
  tell,
} from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

export interface Taking {
  readonly appointmentId: string;
  readonly resourceIds: readonly string[];
  readonly startsAt: Temporal.Instant;
  /** Buffers included. */
  readonly blocked: InstantRange;
  /** Of a hold. */
  readonly expiresAt: Temporal.Instant | null;
}

/**
 * Takes another time in place of the one that the appointment has, or nothing. Its own old time is in nobody's way, its
 * own included. The appointment must be locked.
 * @returns the resource that somebody else has; undefined when all was taken
 */
export async function retakeTime(tx: Tx, businessId: string, taking: Taking): Promise<string | undefined> {
  await tell(tx, sql`savepoint retaking`);
  for (const resourceId of taking.resourceIds.toSorted()) {
    // Those who clear a place on a resource before they take another on it would wait for each other's old places.
    await tell(
      tx,
      sql`select pg_advisory_xact_lock(hashtextextended(${`booking.retake:${businessId}:${resourceId}`}, 0))`,
    );
    await deleteTaken(tx, businessId, taking.appointmentId, [resourceId], 'in');
    const inserted = await tx
      .insertInto('allocations')
      .values(rowOf(businessId, taking, resourceId))
      .onConflict((conflict) => conflict.doNothing())
      .returning('resource_id')
      .executeTakeFirst();
    if (!inserted) {
      await sql`rollback to savepoint retaking`.execute(tx);
      return resourceId;
    }
  }
  await deleteTaken(tx, businessId, taking.appointmentId, taking.resourceIds, 'not in');
  return undefined;
}

/** What a hold has taken stays taken for good. */
export async function keepTime(tx: Tx, businessId: string, appointmentId: string): Promise<void> {
  const kept = tx
    .updateTable('allocations')
    .set({ expires_at: null })
    .where('business_id', '=', businessId)
    .where('appointment_id', '=', appointmentId);
  await tell(tx, kept);
}

/** Its time is free as soon as the transaction ends; what it had taken stays on record. */
export async function freeTime(
  tx: Tx | SystemTransaction<BookingSchema>,
  businessId: string,
  appointmentId: string,
): Promise<void> {
  const freed = tx
    .updateTable('allocations')
    .set({ active: false })
    .where('business_id', '=', businessId)
    .where('appointment_id', '=', appointmentId);
  await tell(tx, freed);
}

async function deleteTaken(
  tx: Tx,
  businessId: string,
  appointmentId: string,
  resourceIds: readonly string[],
  which: 'in' | 'not in',
): Promise<void> {
  const givenUp = tx
    .deleteFrom('allocations')
    .where('business_id', '=', businessId)
    .where('appointment_id', '=', appointmentId)
    .where('resource_id', which, resourceIds);
  await tell(tx, givenUp);
}

function rowOf(businessId: string, { appointmentId, startsAt, blocked, expiresAt }: Taking, resourceId: string) {
  return {
    business_id: businessId,
    appointment_id: appointmentId,
    resource_id: resourceId,
    starts_at: startsAt,
    during: sql<string>`${formatInstantRange(blocked)}::tstzrange`,
    expires_at: expiresAt,
    active: true,
  };
}
