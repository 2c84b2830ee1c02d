import { MAX_UPCOMING } from '@frontdesk/contracts/booking/list-upcoming';
import { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import type { CallerProof } from '@frontdesk/contracts/booking/proof';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf, type TenantTransaction } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import type { Appointment } from '../domain/appointment.ts';
import { normalizeCode } from '../domain/confirmation-code.ts';
import { CODE_NEEDED, changesByNumber, type Doors, isCodeOf, seesByNumber } from '../domain/may-change.ts';
import { findByCode } from '../store/appointment-reader.ts';
import type { BookingSchema } from '../store/schema.ts';
import { readUpcoming } from '../store/upcoming-reader.ts';
import { viewOf } from './appointment-view.ts';
import { requireTrust } from './require-step.ts';
import { withProof } from './with-proof.ts';

export async function serveLookUpAppointments(context: Context): Promise<void> {
  await context.messaging.serve(lookUpAppointments, async ({ proof, speak }, rpc) => {
    const { businessId } = rpc;
    const now = context.clock.now();
    return withProof(context, rpc, proof, (doors) =>
      context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
        const proved = proof.code === undefined ? undefined : await byCode(tx, businessId, proof, doors, now);
        if (!proved && !seesByNumber(proof)) throw new WireError('denied', CODE_NEEDED);
        const { phone } = proof;
        const numbers =
          seesByNumber(proof) && phone !== null
            ? await readUpcoming(tx, businessId, { phone, now, limit: MAX_UPCOMING })
            : [];
        const others = numbers.filter(({ appointmentId }) => appointmentId !== proved?.appointmentId);
        const all = [...(proved ? [proved] : []), ...others].slice(0, MAX_UPCOMING);
        return {
          appointments: all
            .sort((one, other) => Temporal.Instant.compare(one.startsAt, other.startsAt))
            .map((it) => ({ ...viewOf(it, speak), needsCode: it !== proved && !changesByNumber(proof, it) })),
        };
      }),
    );
  });
}

/** @throws WireError `denied` when no appointment ahead has the code */
async function byCode(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  proof: CallerProof,
  doors: Doors,
  now: Temporal.Instant,
): Promise<Appointment | undefined> {
  const found = await findByCode(tx, businessId, normalizeCode(proof.code ?? ''), now);
  requireTrust(isCodeOf(proof, found, doors));
  return found;
}
