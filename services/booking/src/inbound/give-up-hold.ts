/** A hold comes to its end: its time is free, and whoever listens hears of it. The hold is locked by the transaction. */
import type { SystemTransaction, TenantTransaction } from '@frontdesk/persistence';
import { appendCancelled } from '../outbound/appointment-events.ts';
import { freeTime } from '../store/allocation-writer.ts';
import { type Cancellation, cancelAppointment } from '../store/appointment-writer.ts';
import { lockHolds } from '../store/hold-reader.ts';
import type { BookingSchema } from '../store/schema.ts';

type Tx = TenantTransaction<BookingSchema>;

export async function giveUpHold(
  tx: Tx | SystemTransaction<BookingSchema>,
  businessId: string,
  appointmentId: string,
  { by, now, callSid }: Omit<Cancellation, 'reason'> & { readonly callSid: string | undefined },
): Promise<void> {
  const cancelled = await cancelAppointment(tx, businessId, appointmentId, { by, now, reason: null });
  await freeTime(tx, businessId, appointmentId);
  await appendCancelled(tx, businessId, cancelled, { now, callSid, late: false });
}

/** Of these holds those that are over or the call's own, as far as nobody else is at them. */
export async function giveUpHolds(
  tx: Tx,
  businessId: string,
  which: { readonly ids: readonly string[]; readonly now: Temporal.Instant; readonly callSid: string | undefined },
): Promise<void> {
  for (const { id, isOver } of await lockHolds(tx, businessId, which)) {
    const by = isOver ? 'expiry' : 'caller';
    await giveUpHold(tx, businessId, id, { by, now: which.now, callSid: isOver ? undefined : which.callSid });
  }
}
