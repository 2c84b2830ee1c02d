/** A call as it is remembered. */
import { z } from 'zod';
import { callSummary, direction, endReason, toolOutcome, turnData } from '../events/call.ts';
import { callerNumber, callSid, instant, phoneNumber } from '../ids.ts';

export const callOverview = z.object({
  callSid,
  direction,
  from: callerNumber,
  to: phoneNumber,
  status: z.enum(['in_progress', 'completed', 'rejected']),
  endReason: endReason.nullable(),
  startedAt: instant,
  endedAt: instant.nullable(),
  durationSeconds: z.int().min(0).nullable(),
  /** BCP 47 tag of the language last spoken; null while the call goes on, and when nobody knows. */
  language: z.string().nullable().default(null),
  summary: callSummary.nullable(),
});
export type CallOverview = z.infer<typeof callOverview>;

export const toolCallView = z.object({
  seq: z.int(),
  name: z.string(),
  arguments: z.string(),
  outcome: toolOutcome,
  output: z.string(),
  startedAt: instant,
  durationMs: z.int(),
});

export const callDetails = z.object({
  ...callOverview.shape,
  turns: z.array(turnData),
  toolCalls: z.array(toolCallView),
});
export type CallDetails = z.infer<typeof callDetails>;
