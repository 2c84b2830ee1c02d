/** Gives a held slot up before it is over. Doing so again, or after it is over, changes nothing and is no error. */
import { z } from 'zod';
import { callSid } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const releaseHold = defineRpc({
  service: 'booking',
  verb: 'release-hold',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({ appointmentId: z.uuid(), callSid: callSid.optional() }),
  /** Fails with `not_found` for a hold that never was, or is another call's; with `conflict` when it was confirmed. */
  reply: z.object({ released: z.boolean() }),
});
