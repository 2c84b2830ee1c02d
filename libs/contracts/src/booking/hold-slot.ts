/**
 * Keeps a slot free for somebody who is deciding, for a short time. It blocks the time like an appointment until it is
 * confirmed, released, or over. Needs an idempotency key.
 */
import { z } from 'zod';
import { callSid, instant, languageTag } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { appointmentView } from './appointment.ts';
import { slotRef } from './slot.ts';

export const holdSlot = defineRpc({
  service: 'booking',
  verb: 'hold-slot',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({
    slot: slotRef,
    seconds: z.int().min(15).max(1_800).default(300),
    /** At most a few holds per call: an earlier one of the same call is given up when there are too many. */
    callSid: callSid.optional(),
    anyResource: z.boolean().default(false),
    speak: languageTag.default('en'),
  }),
  /** Fails as `book-slot` does. */
  reply: z.object({ ...appointmentView.shape, expiresAt: instant }),
});
