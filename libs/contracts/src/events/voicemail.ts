/** A message was left. `subject` of the envelope is the CallSid. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callerNumber, callSid, instant, phoneNumber } from '../ids.ts';

export const voicemailReceived = defineEvent({
  entity: 'voicemail',
  what: 'received',
  version: 1,
  data: z.object({
    callSid,
    from: callerNumber,
    to: phoneNumber,
    recordingSid: z.string().regex(/^RE[0-9a-f]{32}$/),
    /** At Twilio; fetched with the account's credentials. */
    recordingUrl: z.url(),
    durationSeconds: z.int().min(0),
    at: instant,
  }),
});
