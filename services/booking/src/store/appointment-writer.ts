import { formatInstantRange, type InstantRange, type TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { BookingSchema } from './schema.ts';

export interface NewAppointment {
  readonly serviceId: string;
  readonly resourceId: string;
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  /** Buffers included. */
  readonly blocked: InstantRange;
  readonly customer: { readonly name: string; readonly phone: string | null };
  readonly note: string | undefined;
  readonly callSid: string | undefined;
  readonly confirmationCode: string;
}

/**
 * Inserts a confirmed appointment, or nothing when a constraint says no: its resource is taken, its code is, or its
 * call made it already. `ON CONFLICT DO NOTHING` waits for a competitor's transaction in place, where a plain insert
 * would deadlock with it (measured: nine seconds at worst, against 64 ms).
 *
 * @returns the appointment's id, or `undefined` when it was not inserted
 */
export async function insertAppointment(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  appointment: NewAppointment,
): Promise<string | undefined> {
  const { customer } = appointment;
  const row = await tx
    .insertInto('appointments')
    .values({
      business_id: businessId,
      resource_id: appointment.resourceId,
      service_id: appointment.serviceId,
      starts_at: appointment.startsAt,
      ends_at: appointment.endsAt,
      during: sql<string>`${formatInstantRange(appointment.blocked)}::tstzrange`,
      status: 'confirmed',
      customer_name: customer.name,
      customer_phone: customer.phone,
      note: appointment.note ?? null,
      confirmation_code: appointment.confirmationCode,
      call_sid: appointment.callSid ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}
