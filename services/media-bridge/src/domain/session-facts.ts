/** What is settled about a call before it begins. */
import type { SessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import type { Attestation } from '@frontdesk/contracts/caller-profile/recognise-caller';
import type { KnownAppointment } from './appointment-handles.ts';
import type { CallClock } from './call-clock.ts';
import type { SlotOffer } from './slot-handles.ts';
import type { Adopted } from './tool-desk.ts';
import type { ToolRequest } from './tools/tool.ts';
import type { SpokenTurn, ToolUse } from './transcript.ts';
import type { TokenUsage } from './voice-engine.ts';

export interface SessionFacts {
  callSid: string;
  /** The caller's number, null when withheld. Tools get it from here, never from the model. */
  phone: string | null;
  /** The business's number that the call came to. */
  businessNumber: string;
  /** What the carrier vouches for about that number. */
  attestation: Attestation;
  profile: SessionProfile;
  clock: CallClock;
  reservedAtMs: number;
  /** How long one session of the engine may last, when it is not the usual hour. */
  sessionLimitMs?: number;
  /** The call was another bridge's. */
  resumed?: ResumedCall;
}

/** What the record of a call says about its past. */
export interface ResumedCall {
  entries: readonly (SpokenTurn | ToolUse)[];
  offers: readonly SlotOffer[];
  appointments?: readonly KnownAppointment[];
  /** Asked for, and no answer recorded. */
  unsettled: readonly { intent: Adopted; request: ToolRequest | undefined }[];
  /** When the caller came on the line, by this call's clock, which may be before its start; absent when never. */
  startedAtMs?: number;
  /** The caller waits for an answer and heard nothing of it. */
  unnoticed?: boolean;
  /** What it had used by its last recorded entry; absent when an older release wrote that. */
  usage?: TokenUsage;
}
