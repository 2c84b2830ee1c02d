import type { TenantTransaction } from '@frontdesk/persistence';
import type { BookingSchema } from './schema.ts';

/** How many confirmed appointments of a service or a resource (also as a room, beside somebody) are still to come. */
export async function countUpcoming(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  { kind, id, now }: { kind: 'service' | 'resource'; id: string; now: Temporal.Instant },
): Promise<number> {
  let query = tx
    .selectFrom('appointments')
    .select((eb) => eb.fn.countAll<number>().as('upcoming'))
    .where('appointments.business_id', '=', businessId)
    .where('appointments.status', '=', 'confirmed')
    .where('appointments.starts_at', '>', now);
  if (kind === 'service') query = query.where('appointments.service_id', '=', id);
  else {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('allocations')
          .select('allocations.appointment_id')
          .where('allocations.business_id', '=', businessId)
          .whereRef('allocations.appointment_id', '=', 'appointments.id')
          .where('allocations.resource_id', '=', id)
          .where('allocations.active', '=', true),
      ),
    );
  }
  return (await query.executeTakeFirstOrThrow()).upcoming;
}
