import type { TenantTransaction } from '@frontdesk/persistence';
import { ACTIVE_STATUSES, type BookingSchema } from './schema.ts';

export interface Upcoming {
  readonly appointmentId: string;
  readonly serviceName: string;
  readonly resourceName: string;
  readonly startsAt: Temporal.Instant;
  readonly timeZone: string;
}

/** The next active appointments made for this number, soonest first: one query on the index by customer. */
export async function readUpcoming(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  asked: { phone: string; now: Temporal.Instant; limit: number },
): Promise<Upcoming[]> {
  return tx
    .selectFrom('appointments')
    .innerJoin('services', (join) =>
      join
        .onRef('services.business_id', '=', 'appointments.business_id')
        .onRef('services.id', '=', 'appointments.service_id'),
    )
    .innerJoin('resources', (join) =>
      join
        .onRef('resources.business_id', '=', 'appointments.business_id')
        .onRef('resources.id', '=', 'appointments.resource_id'),
    )
    .innerJoin('rules', 'rules.business_id', 'appointments.business_id')
    .select([
      'appointments.id as appointmentId',
      'services.name as serviceName',
      'resources.name as resourceName',
      'appointments.starts_at as startsAt',
      'rules.time_zone as timeZone',
    ])
    .where('appointments.business_id', '=', businessId)
    .where('appointments.customer_phone', '=', asked.phone)
    .where('appointments.status', 'in', ACTIVE_STATUSES)
    .where('appointments.starts_at', '>', asked.now)
    .orderBy('appointments.starts_at')
    .limit(asked.limit)
    .execute();
}
