/**
 * The trust rule: who may hear of an appointment, and who may change it. Decided by the facts of the call.
 *
 * | trust      | hears of it                         | changes it            |
 * |------------|-------------------------------------|-----------------------|
 * | `open`     | whose number matches, or the code   | the same              |
 * | `attested` | number and attestation A, or code   | whoever says the code |
 * | `code`     | whoever says the code               | whoever says the code |
 *
 * A caller id can be forged by whoever wants to; attestation A says that the carrier knows whose it is.
 */
import type { CallerProof, Proof } from '@frontdesk/contracts/booking/proof';
import type { Appointment } from './appointment.ts';
import { isSameCode } from './confirmation-code.ts';

type Owned = Pick<Appointment, 'customer' | 'confirmationCode'>;

/** Said aloud, so in words for the customer. */
export const CODE_NEEDED = 'for that the confirmation code of the appointment is needed';
export const CODE_WRONG = 'that confirmation code is not right';
export const CODES_LOCKED = 'there were too many wrong codes, so no more are taken for now; the team can help';

export type Trust =
  | { readonly ok: true }
  /** `counts`: a code was said and refused, which stays counted as an attempt. */
  | { readonly ok: false; readonly reason: string; readonly counts: boolean };

/** Whether codes are taken at the moment. */
export interface Doors {
  /** This caller has tried too many. */
  readonly callerLocked: boolean;
  /** The business is being tried with codes: then only those from an appointment's own number count. */
  readonly strangersLocked: boolean;
}

/** Whether the number alone shows its owner's appointments. */
export function seesByNumber({ phone, trust, attestation }: CallerProof): boolean {
  return phone !== null && (trust === 'open' || (trust === 'attested' && attestation === 'A'));
}

export function changesByNumber({ phone, trust }: CallerProof, { customer }: Owned): boolean {
  return trust === 'open' && phone !== null && phone === customer?.phone;
}

export function mayChange(proof: Proof, appointment: Owned, doors: Doors): Trust {
  if (proof.by === 'business' || changesByNumber(proof, appointment)) return { ok: true };
  if (proof.code === undefined) return { ok: false, reason: CODE_NEEDED, counts: false };
  return isCodeOf(proof, appointment, doors);
}

/** Whether the code said is this appointment's, from somebody who may try codes at the moment. */
export function isCodeOf(proof: CallerProof, appointment: Owned | undefined, doors: Doors): Trust {
  const isOwnNumber = proof.phone !== null && proof.phone === appointment?.customer?.phone;
  // Before the code is looked at: neither the answer nor what it costs must tell whether it was right.
  if (doors.callerLocked || (doors.strangersLocked && !isOwnNumber)) return refused(CODES_LOCKED);
  const code = appointment?.confirmationCode;
  if (code && isSameCode(proof.code ?? '', code)) return { ok: true };
  return refused(CODE_WRONG);
}

function refused(reason: string): Trust {
  return { ok: false, reason, counts: true };
}
