import type { AppointmentStatus } from '@frontdesk/contracts/booking/appointment';
import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { Appointment } from '../domain/appointment.ts';
import type { Place } from '../domain/list-cursor.ts';
import { selectAppointments, toAppointment } from './appointment-reader.ts';
import type { BookingSchema } from './schema.ts';

export interface ListQuestion {
  /** Those that start at or after it, and before `until`. */
  readonly since?: Temporal.Instant | undefined;
  readonly until?: Temporal.Instant | undefined;
  /** Whom the customer meets, or anything else that is taken up. */
  readonly resourceId?: string | undefined;
  readonly status?: AppointmentStatus | undefined;
  /** Without times that are or were only held. */
  readonly somebodys?: boolean | undefined;
  readonly order?: 'soonest first' | 'latest first' | undefined;
  readonly limit: number;
  /** The place of the last one of the page before. */
  readonly after?: Place | undefined;
}

/** By start time: one query on the index by it, wherever in the list the page is. */
export async function listAppointments(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  { since, until, resourceId, status, somebodys, order, limit, after }: ListQuestion,
): Promise<Appointment[]> {
  let query = selectAppointments(tx).where('appointments.business_id', '=', businessId);
  if (since) query = query.where('appointments.starts_at', '>=', since);
  if (until) query = query.where('appointments.starts_at', '<', until);
  if (status) query = query.where('appointments.status', '=', status);
  if (somebodys) {
    query = query.where('appointments.status', '<>', 'held').where('appointments.customer_name', 'is not', null);
  }
  if (after) {
    query = query.where(
      sql<boolean>`(appointments.starts_at, appointments.id) > (${after.startsAt}::timestamptz, ${after.appointmentId}::uuid)`,
    );
  }
  if (resourceId) {
    // The offset keeps it a look-up of its own for each appointment. As a join, which a planner that has not counted the
    // rows yet prefers, all that ever took up this resource is gone through for each: seconds, for a full calendar.
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('allocations')
          .select('allocations.resource_id')
          .whereRef('allocations.business_id', '=', 'appointments.business_id')
          .whereRef('allocations.appointment_id', '=', 'appointments.id')
          .where('allocations.resource_id', '=', resourceId)
          .offset(sql.lit(0)),
      ),
    );
  }
  const way = order === 'latest first' ? 'desc' : 'asc';
  const rows = await query
    .orderBy('appointments.starts_at', way)
    .orderBy('appointments.id', way)
    .limit(limit)
    .execute();
  return rows.map(toAppointment);
}
