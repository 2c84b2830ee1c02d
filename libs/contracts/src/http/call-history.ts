import { z } from 'zod';
import { callSummary, direction } from '../events/call.ts';
import { callerNumber, callSid, instant, phoneNumber } from '../ids.ts';
import { defineHttp, none } from './http.ts';

export const callHistoryEntry = z.object({
  call_sid: callSid,
  direction,
  from_number: callerNumber,
  to_number: phoneNumber,
  status: z.enum(['in_progress', 'completed', 'rejected']),
  end_reason: z.string().nullable(),
  started_at: instant,
  ended_at: instant.nullable(),
  duration_seconds: z.int().nullable(),
  summary: z.string().nullable(),
  /** What the caller wanted, in a few words. */
  intent: z.string().nullable(),
  outcome: callSummary.shape.outcome.nullable(),
  sentiment: callSummary.shape.sentiment.nullable(),
});

export const callHistory = defineHttp({
  method: 'GET',
  path: '/api/v1/voice/call-history',
  summary: 'The call log, newest first.',
  params: none,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
    direction: direction.optional(),
    since: instant.optional(),
    until: instant.optional(),
  }),
  reply: z.object({ success: z.literal(true), calls: z.array(callHistoryEntry), next_cursor: z.string().nullable() }),
  status: 200,
});
