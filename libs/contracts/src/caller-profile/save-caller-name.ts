/** The caller said their name. The number comes from the call, never from the model. Needs an idempotency key. */
import { z } from 'zod';
import { callSid, phoneNumber } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const saveCallerName = defineRpc({
  service: 'caller-profile',
  verb: 'save-caller-name',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({ phone: phoneNumber, name: z.string().trim().min(1).max(120), callSid }),
  reply: z.object({ callerId: z.uuid() }),
});
