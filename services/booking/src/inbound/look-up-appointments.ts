import { MAX_UPCOMING } from '@frontdesk/contracts/booking/list-upcoming';
import { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { normalizeCode } from '../domain/confirmation-code.ts';
import { CODE_NEEDED, changesByNumber, isCodeOf, seesByNumber } from '../domain/may-change.ts';
import { findByCode } from '../store/appointment-reader.ts';
import { readUpcoming } from '../store/upcoming-reader.ts';
import { viewOf } from './appointment-view.ts';
import { requireTrust } from './require-step.ts';
import { withProof } from './with-proof.ts';

export async function serveLookUpAppointments(context: Context): Promise<void> {
  await context.messaging.serve(lookUpAppointments, async (request, rpc) => {
    const { proof, speak } = request;
    const { businessId } = rpc;
    const now = context.clock.now();
    return withProof(context, rpc, request, (doors, refuseCode) =>
      context.db.readAsTenant(businessId, actorOf(rpc), async (tx) => {
        const { code, phone } = proof;
        const sees = seesByNumber(proof);
        if (code === undefined && !sees) throw new WireError('denied', CODE_NEEDED);
        const numbers =
          sees && phone !== null ? await readUpcoming(tx, businessId, { phone, now, limit: MAX_UPCOMING }) : [];
        const found = code === undefined ? undefined : await findByCode(tx, businessId, normalizeCode(code), now);
        const trust = code === undefined ? undefined : isCodeOf(proof, found, doors);
        // Whoever is known by their number is answered all the same; the code counts as wrong there, too.
        if (trust?.ok === false && numbers.length > 0) refuseCode();
        else if (trust) requireTrust(trust);
        const proved = trust?.ok ? found : undefined;
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
