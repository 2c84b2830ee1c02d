/**
 * The caller said their name. The number comes from the call, never from the model. Needs an idempotency key.
 * Whoever only claims a number may fill in a name that is missing, not replace the one its owner gave.
 */
import { z } from 'zod';
import { callerTrust } from '../business-profile/agent-profile.ts';
import { callSid, phoneNumber } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { line } from '../text.ts';
import { attestation } from './recognise-caller.ts';

export const saveCallerName = defineRpc({
  service: 'caller-profile',
  verb: 'save-caller-name',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({
    phone: phoneNumber,
    name: line(120).min(1),
    callSid,
    /** An asker that says nothing of it vouches for nothing. */
    attestation: attestation.default('none'),
    trust: callerTrust.default('attested'),
  }),
  /** `saved`: the caller goes by this name now. False when another one stayed, because the number is not proved. */
  reply: z.object({ callerId: z.uuid(), saved: z.boolean().default(true) }),
});
