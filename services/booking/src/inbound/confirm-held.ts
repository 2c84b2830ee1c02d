/** A held time becomes an appointment. The hold is locked by the transaction. */
import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { Appointment } from '../domain/appointment.ts';
import { appendBooked, type Occasion } from '../outbound/appointment-events.ts';
import { keepTime, retakeTime } from '../store/allocation-writer.ts';
import { type Claim, confirmAppointment } from '../store/appointment-writer.ts';
import { findHoldsInTheWay, readBlocked } from '../store/hold-reader.ts';
import type { BookingSchema } from '../store/schema.ts';
import { HoldsInTheWay } from './change-once.ts';
import { freeCode } from './make-appointment.ts';

type Tx = TenantTransaction<BookingSchema>;

/** @throws WireError `conflict` when the hold was cleared away and somebody else has taken the time */
export async function confirmHeld(
  tx: Tx,
  businessId: string,
  held: Appointment,
  customer: Pick<Extract<Claim, { status: 'confirmed' }>, 'customer' | 'note'>,
  occasion: Occasion,
): Promise<Appointment> {
  const { appointmentId } = held;
  if (held.status === 'held') await keepTime(tx, businessId, appointmentId);
  else await takeAgain(tx, businessId, held, occasion);
  const claim = { status: 'confirmed', ...customer, confirmationCode: await freeCode(tx, businessId) } as const;
  const confirmed = await confirmAppointment(tx, businessId, appointmentId, claim);
  await appendBooked(tx, businessId, confirmed, occasion);
  return confirmed;
}

async function takeAgain(tx: Tx, businessId: string, held: Appointment, { now, callSid }: Occasion): Promise<void> {
  const { appointmentId, startsAt } = held;
  const resourceIds = [held.resourceId, ...held.alsoResourceIds];
  const blocked = await readBlocked(tx, businessId, appointmentId);
  if (await retakeTime(tx, businessId, { appointmentId, resourceIds, startsAt, blocked, expiresAt: null })) return;
  const ids = await findHoldsInTheWay(tx, businessId, { resourceIds, blocked, now, callSid });
  if (ids.length > 0) throw new HoldsInTheWay(ids, callSid);
  throw new WireError('conflict', 'that time was held too long and has been taken');
}
