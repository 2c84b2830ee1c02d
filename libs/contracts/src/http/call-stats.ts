import { z } from 'zod';
import { defineHttp, none } from './http.ts';

export const callStatsHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/voice/call-stats',
  summary: 'How many calls, how long, and what came of them, over the last days.',
  params: none,
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(365).default(30) }),
  reply: z.object({
    success: z.literal(true),
    /** Such as "30 days". */
    period: z.string(),
    stats: z.object({
      total_calls: z.int(),
      inbound_calls: z.int(),
      outbound_calls: z.int(),
      answered_calls: z.int(),
      rejected_calls: z.int(),
      appointments_booked: z.int(),
      average_duration_seconds: z.number().nullable(),
      by_hour_utc: z.array(z.int()).length(24),
    }),
  }),
  status: 200,
});
