/** Somebody is to be called back. `subject` of the envelope is the CallSid. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callSid, instant, phoneNumber } from '../ids.ts';

export const callbackRequested = defineEvent({
  entity: 'callback',
  what: 'requested',
  version: 1,
  data: z.object({
    callSid,
    /** Whom to call. A caller who withheld the number is never promised a call. */
    from: phoneNumber,
    to: phoneNumber,
    /** `on_hold`: asked for while waiting for a free line. `cut_off`: promised when the receptionist could not go on. */
    reason: z.enum(['on_hold', 'cut_off']),
    at: instant,
  }),
});
