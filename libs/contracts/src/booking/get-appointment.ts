/** One appointment of a business. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';
import { appointmentRecord } from './appointment.ts';

export const getAppointment = defineRpc({
  service: 'booking',
  verb: 'get-appointment',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({ appointmentId: z.uuid() }),
  /** Fails with `not_found`. */
  reply: z.object({ appointment: appointmentRecord }),
});
