/** Books a slot, exactly once. */
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Appointment } from '../domain/appointment.ts';
import { mayConfirm } from '../domain/life.ts';
import { appendBooked } from '../outbound/appointment-events.ts';
import { lockAppointment } from '../store/appointment-reader.ts';
import { requireCatalog } from '../store/catalog-reader.ts';
import { lockForBooking } from '../store/locks.ts';
import type { BookingSchema } from '../store/schema.ts';
import { viewWithCode } from './appointment-view.ts';
import { changeOnce } from './change-once.ts';
import { confirmHeld } from './confirm-held.ts';
import { madeInCall, makeAppointment, randomCode } from './make-appointment.ts';
import { requireStep } from './require-step.ts';

type Request = z.output<typeof bookSlot.request>;

export async function serveBookSlot(context: Context): Promise<void> {
  await context.messaging.serve(bookSlot, async (request, rpc) => {
    const { speak, anyResource, ...rest } = request;
    // As the release before this one hashed it, whose keys may be repeated to this one.
    const asked = anyResource ? { ...rest, anyResource } : rest;
    return changeOnce(context, rpc, { contract: bookSlot, asked }, async (tx, now) =>
      viewWithCode(await book(tx, rpc.businessId, request, now), speak),
    );
  });
}

async function book(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  request: Request,
  now: Temporal.Instant,
): Promise<Appointment> {
  const { customer, note, slot, anyResource, callSid } = request;
  const wanted = { slot, anyResource, callSid, now, customerName: customer.name };
  const occasion = { now, callSid };
  await lockForBooking(tx, businessId, anyResource ? callSid : undefined);
  const earlier = await madeInCall(tx, businessId, wanted);
  const made = earlier
    ? { appointment: earlier, now: false }
    : await makeAppointment(tx, businessId, await requireCatalog(tx, businessId), wanted, () => ({
        status: 'confirmed',
        customer,
        note,
        confirmationCode: randomCode(),
      }));
  if (!made.now) return confirmIfHeld(tx, businessId, made.appointment, { customer, note }, occasion);
  await appendBooked(tx, businessId, made.appointment, occasion);
  return made.appointment;
}

/** What this call has booked already is the answer again; what it only held it now has for good. */
async function confirmIfHeld(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  earlier: Appointment,
  customer: Pick<Request, 'customer'> & { readonly note: string | undefined },
  occasion: { readonly now: Temporal.Instant; readonly callSid: string | undefined },
): Promise<Appointment> {
  if (earlier.status !== 'held') return earlier;
  const held = await lockAppointment(tx, businessId, earlier.appointmentId);
  if (!held || !requireStep(mayConfirm(held, occasion.callSid, occasion.now))) return held ?? earlier;
  return confirmHeld(tx, businessId, held, customer, occasion);
}
