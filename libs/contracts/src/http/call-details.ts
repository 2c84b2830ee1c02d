import { z } from 'zod';
import { toolOutcome } from '../events/call.ts';
import { callSid, instant } from '../ids.ts';
import { callHistoryEntry } from './call-history.ts';
import { defineHttp, none } from './http.ts';

export const callDetailsHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/calls/{call_sid}',
  summary: 'One call with its transcript, tool calls and summary.',
  params: z.strictObject({ call_sid: callSid }),
  query: none,
  reply: z.object({
    success: z.literal(true),
    call: z.object({
      ...callHistoryEntry.shape,
      /** BCP 47 tag of the language last spoken. */
      language: z.string().nullable(),
      topics: z.array(z.string()),
      follow_ups: z.array(z.string()),
      turns: z.array(
        z.object({
          seq: z.int(),
          role: z.enum(['caller', 'receptionist']),
          text: z.string(),
          started_at: instant,
          ended_at: instant,
          interrupted: z.boolean(),
        }),
      ),
      tool_calls: z.array(
        z.object({
          seq: z.int(),
          name: z.string(),
          arguments: z.string(),
          outcome: toolOutcome,
          output: z.string(),
          started_at: instant,
          duration_ms: z.int(),
        }),
      ),
    }),
  }),
  status: 200,
});
