/**
 * Why somebody may see or change an appointment. The asker says what is known, and booking decides by the business's
 * trust rule (F21): a bridge gives the facts of its call, never a decision, and nothing of it comes from the model but
 * the code the caller said.
 */
import { z } from 'zod';
import { callerTrust } from '../business-profile/agent-profile.ts';
import { attestation } from '../caller-profile/recognise-caller.ts';
import { callerNumber, callSid } from '../ids.ts';
import { line } from '../text.ts';

export const callerProof = z.object({
  by: z.literal('caller'),
  callSid,
  phone: callerNumber,
  attestation: attestation.default('none'),
  trust: callerTrust.default('attested'),
  /** As the caller said it: any case, spaces and dashes. */
  code: line(40).optional(),
});
export type CallerProof = z.infer<typeof callerProof>;

/** Somebody of the business, through the management API: proved by an API key before the request was made. */
export const businessProof = z.object({ by: z.literal('business') });

export const proof = z.discriminatedUnion('by', [callerProof, businessProof]);
export type Proof = z.infer<typeof proof>;
