/**
 * Who is calling? Answers only what may enter the session under the business's trust rule (F21): an unverified number
 * yields at most a first name, never history. An unknown number is `known: false`, not an error.
 */
import { z } from 'zod';
import { callerTrust } from '../business-profile/agent-profile.ts';
import { MAX_PREFERENCES } from '../events/call.ts';
import { instant, phoneNumber } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

/** STIR/SHAKEN attestation as Twilio reports it in StirVerstat, reduced to what decides. */
export const attestation = z.enum(['A', 'B', 'C', 'none']);
export type Attestation = z.infer<typeof attestation>;

export const recognisedCaller = z.discriminatedUnion('recall', [
  z.object({ recall: z.literal('unknown') }),
  z.object({ recall: z.literal('first_name'), callerId: z.uuid(), firstName: z.string().nullable() }),
  z.object({
    recall: z.literal('full'),
    callerId: z.uuid(),
    name: z.string().nullable(),
    firstName: z.string().nullable(),
    pastCalls: z.array(z.object({ at: instant, summary: z.string() })).max(5),
    /** What the caller said they prefer (mornings, a certain person), the latest last. */
    preferences: z.array(z.string()).max(MAX_PREFERENCES).default([]),
  }),
]);
export type RecognisedCaller = z.infer<typeof recognisedCaller>;

export const recogniseCaller = defineRpc({
  service: 'caller-profile',
  verb: 'recognise-caller',
  scope: 'business',
  timeoutMs: 500,
  request: z.object({ phone: phoneNumber, attestation, trust: callerTrust }),
  reply: recognisedCaller,
});
