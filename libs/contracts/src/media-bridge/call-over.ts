/**
 * Tells the bridge that has a call, by the call's record, that Twilio says its leg has ended. A stream usually says so
 * itself, and sooner; one that was lost does not. Sent without waiting for what becomes of it: a call that nobody tells of
 * its end waits for its stream in vain, for some seconds, and ends then.
 */
import { z } from 'zod';
import { businessId, callSid } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const callOver = defineRpc({
  service: 'media-bridge',
  verb: 'call-over',
  scope: 'pod',
  timeoutMs: 1_000,
  request: z.object({ businessId, callSid }),
  reply: z.object({
    /** False when this bridge has no such call, or not any more. */
    known: z.boolean(),
  }),
});
