/** Counts over the last `days` days. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const callStats = defineRpc({
  service: 'transcript',
  verb: 'call-stats',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({ days: z.int().min(1).max(365).default(30) }),
  reply: z.object({
    days: z.int(),
    totalCalls: z.int(),
    inboundCalls: z.int(),
    outboundCalls: z.int(),
    answeredCalls: z.int(),
    rejectedCalls: z.int(),
    appointmentsBooked: z.int(),
    averageDurationSeconds: z.number().nullable(),
    /** Index 0 is midnight to 1 AM UTC. */
    byHourUtc: z.array(z.int()).length(24),
  }),
});
