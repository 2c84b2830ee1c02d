/** One call with everything said in it. */
import { z } from 'zod';
import { callSid } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { callDetails } from './call-view.ts';

export const getCall = defineRpc({
  service: 'transcript',
  verb: 'get-call',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({ callSid }),
  /** Fails with `not_found`. */
  reply: callDetails,
});
