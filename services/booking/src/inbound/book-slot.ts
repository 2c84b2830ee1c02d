/**
 * Books a slot, exactly once.
 *
 * One transaction: the stored reply of the same key; validation against today's catalog; the appointment this call has
 * made already; the insert under the exclusion constraint; the event in the outbox. Either all of it happens or none.
 */
import { randomBytes } from 'node:crypto';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { WireError } from '@frontdesk/contracts/wire-error';
import { requireIdempotencyKey } from '@frontdesk/messaging';
import { actorOf, idempotent, type TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Catalog } from '../domain/catalog.ts';
import { checkSlot, type WantedSlot } from '../domain/check-slot.ts';
import { CODE_LENGTH, confirmationCode } from '../domain/confirmation-code.ts';
import { planAppointment } from '../domain/plan-appointment.ts';
import { spokenTime } from '../domain/spoken-time.ts';
import { appendBooked } from '../outbound/appointment-events.ts';
import { type BookedInCall, findBookedInCall, isCodeTaken } from '../store/appointment-reader.ts';
import { insertAppointment } from '../store/appointment-writer.ts';
import { requireCatalog } from '../store/catalog-reader.ts';
import type { BookingSchema } from '../store/schema.ts';

/** Among a million codes a business's active appointments leave nearly all free; more misses than this are a bug. */
const MAX_CODE_ATTEMPTS = 5;

type Tx = TenantTransaction<BookingSchema>;
type Request = z.output<typeof bookSlot.request>;
type Reply = z.output<typeof bookSlot.reply>;

export async function serveBookSlot(context: Context): Promise<void> {
  await context.messaging.serve(bookSlot, async (request, rpc) => {
    const { businessId } = rpc;
    const key = requireIdempotencyKey(rpc);
    const once = { businessId, key, operation: bookSlot.verb, replySchema: bookSlot.reply, request };
    const now = context.clock.now();
    try {
      const answer = await context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
        let made = false;
        const reply = await idempotent(tx, once, async () => {
          const booked = await book(tx, businessId, request, now);
          made = booked.made;
          return booked.reply;
        });
        return { reply, made };
      });
      context.events.appointmentBooked({ appointmentId: answer.reply.appointmentId, repeated: !answer.made });
      return answer.reply;
    } catch (error) {
      if (error instanceof WireError) context.events.bookingRefused({ code: error.code });
      throw error;
    }
  });
}

/** @returns the reply, and whether an appointment was made for it now */
async function book(tx: Tx, businessId: string, request: Request, now: Temporal.Instant) {
  const { slot, customer, note, callSid } = request;
  const catalog = await requireCatalog(tx, businessId);
  const wanted = { ...slot, startMs: Date.parse(slot.startsAt) };
  const mine = async () => (callSid ? findBookedInCall(tx, businessId, { ...wanted, callSid }) : undefined);

  const earlier = await mine();
  if (earlier) return { made: false, reply: replyFor(catalog, wanted, earlier) };
  const check = checkSlot(catalog, wanted, now);
  if (!check.ok) throw new WireError('invalid', check.reason);
  const plan = planAppointment(check.service, check.resource, wanted.startMs);

  for (let attempt = 0; attempt < MAX_CODE_ATTEMPTS; attempt++) {
    const code = confirmationCode(randomBytes(CODE_LENGTH));
    const appointmentId = await insertAppointment(tx, businessId, {
      ...plan,
      customer,
      note,
      callSid,
      confirmationCode: code,
    });
    if (appointmentId) {
      const { timeZone } = catalog.rules;
      await appendBooked(tx, businessId, { ...plan, ...check, appointmentId, customer, callSid, timeZone, now });
      return { made: true, reply: replyFor(catalog, wanted, { ...plan, appointmentId, confirmationCode: code }) };
    }
    // Nothing was inserted: this call's other request won the race, or the code is taken, or else the time is.
    const meanwhile = await mine();
    if (meanwhile) return { made: false, reply: replyFor(catalog, wanted, meanwhile) };
    if (!(await isCodeTaken(tx, businessId, code))) throw new WireError('conflict', 'that time was just taken');
  }
  throw new Error('no free confirmation code was found');
}

function replyFor(catalog: Catalog, wanted: WantedSlot, made: BookedInCall): Reply {
  return {
    appointmentId: made.appointmentId,
    serviceName: catalog.services.find(({ serviceId }) => serviceId === wanted.serviceId)?.name ?? '',
    resourceName: catalog.resources.find(({ resourceId }) => resourceId === made.resourceId)?.name ?? '',
    startsAt: made.startsAt.toString(),
    endsAt: made.endsAt.toString(),
    spoken: spokenTime(made.startsAt.epochMilliseconds, catalog.rules.timeZone),
    confirmationCode: made.confirmationCode,
  };
}
