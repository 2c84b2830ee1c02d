/** The customer did not come. Only for an appointment that has begun. Saying so twice is no error. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const markNoShow = defineRpc({
  service: 'booking',
  verb: 'mark-no-show',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({ appointmentId: z.uuid() }),
  /** Fails with `not_found`, or `conflict` when it is cancelled, only held, or has not begun. */
  reply: z.object({ appointmentId: z.uuid() }),
});
