import { type TenantTransaction, tell } from '@frontdesk/persistence';
import type { TranscriptSchema } from './schema.ts';

export async function insertAppointment(
  tx: TenantTransaction<TranscriptSchema>,
  businessId: string,
  appointment: { appointmentId: string; callSid?: string; bookedAt: string },
): Promise<void> {
  const appointmentRow = tx
    .insertInto('appointments')
    .values({
      business_id: businessId,
      appointment_id: appointment.appointmentId,
      call_sid: appointment.callSid ?? null,
      booked_at: appointment.bookedAt,
    })
    .onConflict((conflict) => conflict.doNothing());
  await tell(tx, appointmentRow);
}
