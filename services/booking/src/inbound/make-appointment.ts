/** Makes an appointment that is not there yet: booked at once, or held. */
import { randomBytes } from 'node:crypto';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { Appointment } from '../domain/appointment.ts';
import type { Catalog } from '../domain/catalog.ts';
import { CODE_LENGTH, confirmationCode } from '../domain/confirmation-code.ts';
import { sameRequest } from '../domain/same-request.ts';
import { findMadeInCall, isCodeTaken } from '../store/appointment-reader.ts';
import { type Claim, type Made as Inserted, insertAppointment } from '../store/appointment-writer.ts';
import type { BookingSchema } from '../store/schema.ts';
import { type Place, takeSlot, type WantedTime } from './take-slot.ts';

type Tx = TenantTransaction<BookingSchema>;

/** Among a million codes a business's active appointments leave nearly all free; more misses than this are a bug. */
const MAX_CODE_ATTEMPTS = 5;

export interface Made {
  readonly appointment: Appointment;
  /** False: this call's other request made it meanwhile. */
  readonly now: boolean;
}

/** @param claim asked again when its code turns out to be taken */
export async function makeAppointment(
  tx: Tx,
  businessId: string,
  catalog: Catalog,
  wanted: WantedTime,
  claim: () => Claim,
): Promise<Made> {
  let made: Made | undefined;
  await takeSlot(tx, businessId, catalog, wanted, async (place) => {
    for (let attempt = 0; attempt < MAX_CODE_ATTEMPTS; attempt++) {
      const ofClaim = claim();
      const inserted = await insertAppointment(tx, businessId, place, { ...wanted, claim: ofClaim });
      if (inserted !== 'not_new') {
        if ('lost' in inserted) return inserted.lost;
        const { timeZone } = catalog.rules;
        made = { appointment: newAppointment(place, ofClaim, inserted.made, { ...wanted, timeZone }), now: true };
        return [];
      }
      // This call's other request won the race, for the same customer or another; or the code is another's.
      const meanwhile = await madeInCall(tx, businessId, wanted);
      if (meanwhile) {
        made = { appointment: meanwhile, now: false };
        return [];
      }
      const isCode = ofClaim.status === 'confirmed' && (await isCodeTaken(tx, businessId, ofClaim.confirmationCode));
      if (!isCode) return [place.plan.resourceId];
    }
    throw new Error('no free confirmation code was found');
  });
  if (!made) throw new Error('a place was taken and no appointment was made');
  return made;
}

/** As it would be read: everything in it has just been written. */
function newAppointment(
  { plan, resourceIds }: Place,
  claim: Claim,
  inserted: Inserted,
  { callSid, timeZone }: { readonly callSid: string | undefined; readonly timeZone: string },
): Appointment {
  const { blocked: _, ...time } = plan;
  const { customer = null, note = null, confirmationCode = null } = claim.status === 'confirmed' ? claim : {};
  return {
    ...inserted,
    ...time,
    status: claim.status,
    alsoResourceIds: resourceIds.filter((id) => id !== plan.resourceId).toSorted(),
    ...{ timeZone, customer, note, confirmationCode },
    callSid: callSid ?? null,
    ...{ movedAt: null, cancelledAt: null, cancelledBy: null, cancelReason: null },
  };
}

/** The active appointment that this call has already made when it asked for the same. */
export async function madeInCall(
  tx: Tx,
  businessId: string,
  { slot, callSid, anyResource, customerName }: WantedTime,
): Promise<Appointment | undefined> {
  if (callSid === undefined) return undefined;
  const { serviceId, resourceId, startsAt } = slot;
  const made = await findMadeInCall(tx, businessId, { callSid, serviceId, startMs: Date.parse(startsAt) });
  return sameRequest(made, { resourceId, anyResource, customerName });
}

export function randomCode(): string {
  return confirmationCode(randomBytes(CODE_LENGTH));
}

/** A code that no active appointment of the business has. */
export async function freeCode(tx: Tx, businessId: string): Promise<string> {
  for (let attempt = 0; attempt < MAX_CODE_ATTEMPTS; attempt++) {
    const code = randomCode();
    if (!(await isCodeTaken(tx, businessId, code))) return code;
  }
  throw new Error('no free confirmation code was found');
}
