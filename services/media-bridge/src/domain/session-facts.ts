/** What is settled about a call before it begins. */
import type { SessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import type { Attestation } from '@frontdesk/contracts/caller-profile/recognise-caller';
import type { CallClock } from './call-clock.ts';

export interface SessionFacts {
  callSid: string;
  /** The caller's number, null when withheld. Tools get it from here, never from the model. */
  phone: string | null;
  /** What the carrier vouches for about that number. */
  attestation: Attestation;
  profile: SessionProfile;
  clock: CallClock;
  reservedAtMs: number;
}
