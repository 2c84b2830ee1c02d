/**
 * What may enter a call's session about the number that is calling. A caller id says which number a call claims to
 * come from, not who holds the telephone, so each business chooses how far it is believed.
 */
import type { CallerTrust } from '@frontdesk/contracts/business-profile/agent-profile';
import type { Attestation, RecognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { firstNameOf } from './names.ts';

export interface RememberedCaller {
  callerId: string;
  name: string | null;
  /** Newest first, at most five. */
  pastCalls: { at: string; summary: string }[];
  /** The latest last, at most ten. */
  preferences: string[];
}

export function recall(
  caller: RememberedCaller | undefined,
  trust: CallerTrust,
  attestation: Attestation,
): RecognisedCaller {
  if (!caller) return { recall: 'unknown' };
  const { callerId, name, pastCalls, preferences } = caller;
  const firstName = firstNameOf(name);
  if (!isBelieved(trust, attestation)) return { recall: 'first_name', callerId, firstName };
  return { recall: 'full', callerId, name, firstName, pastCalls, preferences };
}

/** Whether a call from this number counts as a call of the number's owner. */
export function isBelieved(trust: CallerTrust, attestation: Attestation): boolean {
  switch (trust) {
    case 'open':
      return true;
    // Only A says that the carrier knows its customer and the customer's right to the number.
    case 'attested':
      return attestation === 'A';
    // A number alone never proves the caller; the code is asked for later in the call.
    case 'code':
      return false;
  }
}
