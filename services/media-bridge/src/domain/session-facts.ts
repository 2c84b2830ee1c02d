/** What is settled about a call before it begins. */
import type { SessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import type { CallClock } from './call-clock.ts';

export interface SessionFacts {
  callSid: string;
  /** The caller's number, null when withheld. Tools get it from here, never from the model. */
  phone: string | null;
  profile: SessionProfile;
  clock: CallClock;
  reservedAtMs: number;
}
