/**
 * Makes a held slot an appointment. A hold that is over is confirmed all the same while nobody else has taken the time.
 * Needs an idempotency key.
 */
import { z } from 'zod';
import { callSid, languageTag } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { text } from '../text.ts';
import { customer } from './appointment.ts';
import { bookSlot } from './book-slot.ts';

export const confirmHold = defineRpc({
  service: 'booking',
  verb: 'confirm-hold',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({
    appointmentId: z.uuid(),
    customer,
    note: text(500).optional(),
    /** A hold made in a call can be confirmed only in that call, or by the business. */
    callSid: callSid.optional(),
    speak: languageTag.default('en'),
  }),
  /** Fails with `not_found` when there is no such hold, `conflict` when it is over and the time is taken. */
  reply: bookSlot.reply,
});
