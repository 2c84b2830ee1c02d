/** A business's appointments by start time, in pages. */
import { z } from 'zod';
import { instant } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { appointmentRecord, appointmentStatus } from './appointment.ts';

export const listAppointments = defineRpc({
  service: 'booking',
  verb: 'list-appointments',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({
    /** Those that start at or after it, and before `until`. */
    since: instant.optional(),
    until: instant.optional(),
    resourceId: z.uuid().optional(),
    status: appointmentStatus.optional(),
    limit: z.int().min(1).max(200).default(50),
    /** The last page's `nextCursor`. */
    cursor: z.string().max(200).optional(),
  }),
  /** Fails with `invalid` for a cursor that is not ours. */
  reply: z.object({ appointments: z.array(appointmentRecord), nextCursor: z.string().nullable() }),
});
