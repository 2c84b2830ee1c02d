/** Locks on what is no row. They are waited for by what is asked next, and given back when the transaction ends. */
import { type TenantTransaction, tell } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BookingSchema } from './schema.ts';

type Tx = TenantTransaction<BookingSchema>;

const keyOf = (name: string) => sql`hashtextextended(${name}, 0)`;
const catalogOf = (businessId: string) => keyOf(`booking.catalog:${businessId}`);

/**
 * Nothing is retired between reading the catalog and taking a time by it; so it comes before reading. Bookings do not
 * wait for each other here. Those of one call that take whoever is free do: they could not see each other otherwise.
 */
export async function lockForBooking(tx: Tx, businessId: string, anybodyInCall?: string): Promise<void> {
  if (anybodyInCall === undefined) {
    await tell(tx, sql`select pg_advisory_xact_lock_shared(${catalogOf(businessId)})`);
    return;
  }
  const call = keyOf(`booking.call:${businessId}:${anybodyInCall}`);
  await tell(tx, sql`select pg_advisory_xact_lock_shared(${catalogOf(businessId)}), pg_advisory_xact_lock(${call})`);
}

/** Waits for bookings by the catalog as it was; later ones read it as it then is. */
export async function lockForRetiring(tx: Tx, businessId: string): Promise<void> {
  await tell(tx, sql`select pg_advisory_xact_lock(${catalogOf(businessId)})`);
}

/** Who counts a date's appointments counts alone. One lock per date, whatever has a cap, so that nobody needs two. */
export async function lockDate(tx: Tx, businessId: string, date: Temporal.PlainDate): Promise<void> {
  await tell(tx, sql`select pg_advisory_xact_lock(${keyOf(`booking.date:${businessId}:${date.toString()}`)})`);
}
