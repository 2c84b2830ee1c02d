import type { TenantTransaction } from '@frontdesk/persistence';
import { ACTIVE_STATUSES, type BookingSchema } from './schema.ts';

export interface BookedInCall {
  readonly appointmentId: string;
  readonly resourceId: string;
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  readonly confirmationCode: string;
}

/**
 * The active appointment that this call has already made for this service and time. A model that asks twice under two
 * tool call ids, because it did not hear the first answer, means one appointment.
 */
export async function findBookedInCall(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  wanted: { callSid: string; serviceId: string; startMs: number },
): Promise<BookedInCall | undefined> {
  return tx
    .selectFrom('appointments')
    .select([
      'id as appointmentId',
      'resource_id as resourceId',
      'starts_at as startsAt',
      'ends_at as endsAt',
      'confirmation_code as confirmationCode',
    ])
    .where('business_id', '=', businessId)
    .where('call_sid', '=', wanted.callSid)
    .where('service_id', '=', wanted.serviceId)
    .where('starts_at', '=', Temporal.Instant.fromEpochMilliseconds(wanted.startMs))
    .where('status', 'in', ACTIVE_STATUSES)
    .executeTakeFirst();
}

/** Whether an active appointment holds this code. Codes are unique only among active ones. */
export async function isCodeTaken(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  code: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom('appointments')
    .select('id')
    .where('business_id', '=', businessId)
    .where('confirmation_code', '=', code)
    .where('status', 'in', ACTIVE_STATUSES)
    .executeTakeFirst();
  return row !== undefined;
}
