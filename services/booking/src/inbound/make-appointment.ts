/** Makes an appointment that is not there yet: booked at once, or held. */
import { randomBytes } from 'node:crypto';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { Appointment } from '../domain/appointment.ts';
import type { Catalog } from '../domain/catalog.ts';
import { CODE_LENGTH, confirmationCode } from '../domain/confirmation-code.ts';
import { takeTime } from '../store/allocation-writer.ts';
import { findMadeInCall, isCodeTaken, readAppointment } from '../store/appointment-reader.ts';
import { type Claim, insertAppointment } from '../store/appointment-writer.ts';
import type { BookingSchema } from '../store/schema.ts';
import { takeSlot, type WantedTime } from './take-slot.ts';

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
  await takeSlot(tx, businessId, catalog, wanted, async ({ plan, resourceIds }) => {
    for (let attempt = 0; attempt < MAX_CODE_ATTEMPTS; attempt++) {
      const ofClaim = claim();
      const expiresAt = ofClaim.status === 'held' ? ofClaim.expiresAt : null;
      let appointmentId: string | undefined;
      const taken = await takeTime(tx, businessId, async () => {
        appointmentId = await insertAppointment(tx, businessId, plan, { ...wanted, claim: ofClaim });
        return appointmentId ? { appointmentId, resourceIds, expiresAt, ...plan } : undefined;
      });
      if (appointmentId) {
        const appointment = taken ? await readAppointment(tx, businessId, appointmentId) : undefined;
        if (appointment) made = { appointment, now: true };
        return taken;
      }
      // Nothing was inserted: this call's other request won the race, or the code is another's.
      const meanwhile = await madeInCall(tx, businessId, wanted);
      if (meanwhile) {
        made = { appointment: meanwhile, now: false };
        return true;
      }
    }
    throw new Error('no free confirmation code was found');
  });
  if (!made) throw new Error('an appointment was made and cannot be read');
  return made;
}

/** The active appointment that this call has already made for this service and time. */
export async function madeInCall(
  tx: Tx,
  businessId: string,
  { slot, callSid }: Pick<WantedTime, 'slot' | 'callSid'>,
): Promise<Appointment | undefined> {
  if (callSid === undefined) return undefined;
  const { serviceId } = slot;
  return findMadeInCall(tx, businessId, { callSid, serviceId, startMs: Date.parse(slot.startsAt) });
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
