/** Cancels an appointment; its time is free at once. Cancelling twice answers the same. Needs an idempotency key. */
import { z } from 'zod';
import { languageTag } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { text } from '../text.ts';
import { appointmentView } from './appointment.ts';
import { proof } from './proof.ts';

export const cancelAppointment = defineRpc({
  service: 'booking',
  verb: 'cancel-appointment',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({
    appointmentId: z.uuid(),
    proof,
    reason: text(300).optional(),
    speak: languageTag.default('en'),
  }),
  /** Fails as `move-appointment` does. */
  reply: z.object({
    ...appointmentView.shape,
    /** Whether it was later than the business's rules like. */
    late: z.boolean(),
    lateNote: z.string().nullable(),
  }),
});
