/** A held time becomes an appointment. The hold is locked by the transaction. */
import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { Appointment } from '../domain/appointment.ts';
import { isHeldStill } from '../domain/life.ts';
import type { AppointmentPlan } from '../domain/plan-appointment.ts';
import { appendBooked, type Occasion } from '../outbound/appointment-events.ts';
import { keepTime, retakeTime } from '../store/allocation-writer.ts';
import { type Claim, confirmAppointment } from '../store/appointment-writer.ts';
import { requireCatalog } from '../store/catalog-reader.ts';
import { lockForBooking } from '../store/locks.ts';
import type { BookingSchema } from '../store/schema.ts';
import { freeCode, madeInCall } from './make-appointment.ts';
import { takeSlot, type WantedTime } from './take-slot.ts';

type Tx = TenantTransaction<BookingSchema>;

/**
 * A hold that is over counts for nothing any more, so it is booked like any other time: by today's catalog and numbers.
 * When its call has booked the same since, that is the answer.
 * @throws WireError `conflict` when the time cannot be had any more
 */
export async function confirmHeld(
  tx: Tx,
  businessId: string,
  held: Appointment,
  customer: Pick<Extract<Claim, { status: 'confirmed' }>, 'customer' | 'note'>,
  occasion: Occasion,
): Promise<Appointment> {
  const { appointmentId } = held;
  let plan: AppointmentPlan | undefined;
  if (isHeldStill(held, occasion.now)) await keepTime(tx, businessId, appointmentId);
  else {
    const wanted = timeOf(held, customer.customer.name, occasion);
    // With whomever: nobody is at two places at once.
    const earlier = await madeInCall(tx, businessId, { ...wanted, anyResource: true });
    if (earlier?.status === 'confirmed') return earlier;
    plan = await takeAgain(tx, businessId, appointmentId, wanted);
  }
  const claim = { status: 'confirmed', ...customer, confirmationCode: await freeCode(tx, businessId) } as const;
  const confirmed = await confirmAppointment(tx, businessId, appointmentId, claim, plan);
  await appendBooked(tx, businessId, confirmed, occasion);
  return confirmed;
}

function timeOf(held: Appointment, customerName: string, { now, callSid }: Occasion): WantedTime {
  const { appointmentId: insteadOf, serviceId, resourceId, startsAt } = held;
  const slot = { serviceId, resourceId, startsAt: startsAt.toString() };
  return { slot, anyResource: false, now, callSid, customerName, insteadOf };
}

async function takeAgain(tx: Tx, businessId: string, appointmentId: string, wanted: WantedTime) {
  await lockForBooking(tx, businessId);
  const catalog = await requireCatalog(tx, businessId);
  let took: AppointmentPlan | undefined;
  try {
    await takeSlot(tx, businessId, catalog, wanted, async ({ plan, resourceIds }) => {
      const lost = await retakeTime(tx, businessId, { appointmentId, resourceIds, expiresAt: null, ...plan });
      if (lost !== undefined) return [lost];
      took = plan;
      return [];
    });
  } catch (error) {
    // It was on offer when it was held, and is not any more.
    if (error instanceof WireError && error.code === 'invalid') throw new WireError('conflict', error.message);
    throw error;
  }
  return took;
}
