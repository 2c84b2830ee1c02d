/**
 * Moves an appointment to another slot, in one step: when the new time is gone, the old one stays. Its code stays, too.
 * Needs an idempotency key.
 */
import { z } from 'zod';
import { instant, languageTag } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { appointmentView } from './appointment.ts';
import { proof } from './proof.ts';
import { slotRef } from './slot.ts';

export const moveAppointment = defineRpc({
  service: 'booking',
  verb: 'move-appointment',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({
    appointmentId: z.uuid(),
    slot: slotRef,
    proof,
    anyResource: z.boolean().default(false),
    speak: languageTag.default('en'),
  }),
  /**
   * Fails with `denied` (code missing, wrong or locked; too late to change: the message can be said aloud), `not_found`,
   * `conflict` (the new time is taken, or the appointment is cancelled or over), `invalid` (never was a slot).
   */
  reply: z.object({
    ...appointmentView.shape,
    previous: z.object({ startsAt: instant, spoken: z.string() }),
    confirmationCode: z.string(),
    /** Whether it was later than the business's rules like. Replies stored by an earlier release do not say. */
    late: z.boolean().optional(),
    /** What the business wants said about a late change, such as a fee. */
    lateNote: z.string().nullable(),
  }),
});
