import { holdSlot } from '@frontdesk/contracts/booking/hold-slot';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Appointment } from '../domain/appointment.ts';
import { appendHeld } from '../outbound/appointment-events.ts';
import { requireCatalog } from '../store/catalog-reader.ts';
import { findHoldsBeyond } from '../store/hold-reader.ts';
import { lockForBooking } from '../store/locks.ts';
import type { BookingSchema } from '../store/schema.ts';
import { viewOf } from './appointment-view.ts';
import { changeOnce, HoldsInTheWay } from './change-once.ts';
import { giveUpHolds } from './give-up-hold.ts';
import { madeInCall, makeAppointment } from './make-appointment.ts';

/** A caller weighs two or three times against each other; more would take a small business's day off the market. */
const MAX_HOLDS_PER_CALL = 3;

type Request = z.output<typeof holdSlot.request>;

export async function serveHoldSlot(context: Context): Promise<void> {
  await context.messaging.serve(holdSlot, async (request, rpc) => {
    const { speak, ...asked } = request;
    return changeOnce(context, rpc, { contract: holdSlot, asked }, async (tx, now) => {
      const held = await hold(tx, rpc.businessId, request, now);
      if (!held.expiresAt) throw new WireError('conflict', 'that time is booked already in this call');
      return { ...viewOf(held, speak), expiresAt: held.expiresAt.toString() };
    });
  });
}

async function hold(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  request: Request,
  now: Temporal.Instant,
): Promise<Appointment> {
  const { slot, anyResource, callSid, seconds } = request;
  const wanted = { slot, anyResource, callSid, now };
  await lockForBooking(tx, businessId, anyResource ? callSid : undefined);
  const earlier = await madeInCall(tx, businessId, wanted);
  if (earlier?.expiresAt && Temporal.Instant.compare(earlier.expiresAt, now) <= 0) {
    throw new HoldsInTheWay([earlier.appointmentId], callSid);
  }
  if (earlier) return earlier;
  const catalog = await requireCatalog(tx, businessId);
  const expiresAt = now.add({ seconds });
  const made = await makeAppointment(tx, businessId, catalog, wanted, () => ({ status: 'held', expiresAt }));
  if (!made.now) return made.appointment;
  await appendHeld(tx, businessId, made.appointment, { now, callSid });
  if (callSid !== undefined) {
    // Last, when nothing is waited for any more.
    const ids = await findHoldsBeyond(tx, businessId, callSid, MAX_HOLDS_PER_CALL);
    await giveUpHolds(tx, businessId, { ids, now, callSid });
  }
  return made.appointment;
}
