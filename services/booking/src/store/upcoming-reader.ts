import type { TenantTransaction } from '@frontdesk/persistence';
import type { Appointment } from '../domain/appointment.ts';
import { selectAppointments, toAppointment } from './appointment-reader.ts';
import { ACTIVE_STATUSES, type BookingSchema } from './schema.ts';

/** The next appointments made for this number, soonest first: one query on the index by customer. A hold has no number. */
export async function readUpcoming(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  asked: { phone: string; now: Temporal.Instant; limit: number },
): Promise<Appointment[]> {
  const rows = await selectAppointments(tx)
    .where('appointments.business_id', '=', businessId)
    .where('appointments.customer_phone', '=', asked.phone)
    .where('appointments.status', 'in', ACTIVE_STATUSES)
    .where('appointments.starts_at', '>', asked.now)
    .orderBy('appointments.starts_at')
    .limit(asked.limit)
    .execute();
  return rows.map(toAppointment);
}
