/** What happens to a call. `subject` of every envelope is the CallSid. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callerNumber, callSid, instant, phoneNumber } from '../ids.ts';

export const direction = z.enum(['inbound', 'outbound']);

export const callStarted = defineEvent({
  entity: 'call',
  what: 'started',
  version: 1,
  data: z.object({
    callSid,
    direction,
    from: callerNumber,
    to: phoneNumber,
    startedAt: instant,
    /** Known by number when the call was answered. */
    callerId: z.uuid().optional(),
  }),
});

/** One finished turn: what was really heard, not what was generated. */
export const turnData = z.object({
  /** Position in the conversation, shared with tool calls. */
  seq: z.int().min(0),
  role: z.enum(['caller', 'receptionist']),
  text: z.string(),
  startedAt: instant,
  endedAt: instant,
  /** The other side began to speak before this turn was over; `text` ends where it was cut. */
  interrupted: z.boolean(),
});
export type TurnData = z.infer<typeof turnData>;

export const callTurn = defineEvent({
  entity: 'call',
  what: 'turn',
  version: 1,
  data: z.object({ callSid, ...turnData.shape }),
});

export const toolOutcome = z.enum(['ok', 'refused', 'invalid', 'unavailable', 'deadline', 'failed']);
export type ToolOutcome = z.infer<typeof toolOutcome>;

export const callToolCalled = defineEvent({
  entity: 'call',
  what: 'tool_called',
  version: 1,
  data: z.object({
    callSid,
    seq: z.int().min(0),
    toolCallId: z.string(),
    name: z.string(),
    /** As the model sent them: JSON text, kept even when it does not parse. */
    arguments: z.string(),
    outcome: toolOutcome,
    /** What the model was told: JSON text. */
    output: z.string(),
    startedAt: instant,
    durationMs: z.int().min(0),
  }),
});

export const degradedReason = z.enum([
  'model_lost',
  'model_refused',
  'tool_unavailable',
  'goodbye_unheard',
  /** The call's bridge died or was stopped; the call went on in another one, which the caller could notice. */
  'bridge_lost',
  /** The caller's media stream broke off; the call went on over another one. */
  'stream_lost',
]);

/** Something the caller could notice went wrong and was survived. Reasons are added over time: take unknown ones as such. */
export const callDegraded = defineEvent({
  entity: 'call',
  what: 'degraded',
  version: 1,
  data: z.object({
    callSid,
    reason: degradedReason,
    at: instant,
  }),
});

export const endReason = z.enum([
  'goodbye',
  'caller_hung_up',
  'caller_silent',
  'model_lost',
  'stream_lost',
  'max_length',
  'never_connected',
  /** A fault of ours ended it. */
  'failed',
]);
export type EndReason = z.infer<typeof endReason>;

/** Tokens of the speech model. */
export const tokenUsage = z.object({
  inputTokens: z.int(),
  outputTokens: z.int(),
  cachedTokens: z.int(),
  audioInputTokens: z.int(),
  audioOutputTokens: z.int(),
});

/** The conversation is over and every turn of it has been published before this. */
export const callEnded = defineEvent({
  entity: 'call',
  what: 'ended',
  version: 1,
  data: z.object({
    callSid,
    direction,
    from: callerNumber,
    to: phoneNumber,
    startedAt: instant,
    endedAt: instant,
    reason: endReason,
    /** How many `seq` numbers were used: a consumer that holds fewer entries knows that more are on the way. */
    entries: z.int().min(0),
    callerId: z.uuid().optional(),
    /** BCP 47 tag of the language last spoken. */
    language: z.string().optional(),
    /** Of a call whose bridge died: as its record tells it, without what came after the last recorded entry. */
    usage: tokenUsage,
  }),
});

/** Twilio's word that the leg is over, with its final status; also for calls that never reached a bridge. */
export const callCompleted = defineEvent({
  entity: 'call',
  what: 'completed',
  version: 1,
  data: z.object({
    callSid,
    direction,
    from: callerNumber,
    to: phoneNumber,
    status: z.enum(['completed', 'busy', 'failed', 'no-answer', 'canceled']),
    durationSeconds: z.int().min(0),
    at: instant,
  }),
});

/** A call that was not answered by the receptionist, and why. */
export const callRejected = defineEvent({
  entity: 'call',
  what: 'rejected',
  version: 1,
  data: z.object({
    callSid,
    from: callerNumber,
    to: phoneNumber,
    /** `caller_flooding`: too many calls from one number; `lines_busy`: every line, and the queue for them, was full. */
    reason: z.enum(['lines_busy', 'no_bridge', 'nats_down', 'caller_flooding']),
    at: instant,
  }),
});

export const MAX_PREFERENCES = 10;

export const callSummary = z.object({
  summary: z.string(),
  outcome: z.enum(['appointment_booked', 'question_answered', 'message_taken', 'transferred', 'no_outcome']),
  intent: z.string(),
  sentiment: z.enum(['positive', 'neutral', 'negative']),
  topics: z.array(z.string()).max(20),
  followUps: z.array(z.string()).max(20),
  callerName: z.string().nullable(),
  /** What the caller prefers beyond this call: mornings, a certain person. Summaries of before it was kept have none. */
  preferences: z.array(z.string()).max(MAX_PREFERENCES).default([]),
});
export type CallSummary = z.infer<typeof callSummary>;

export const callSummarized = defineEvent({
  entity: 'call',
  what: 'summarized',
  version: 1,
  data: z.object({
    callSid,
    from: callerNumber,
    startedAt: instant,
    callerId: z.uuid().optional(),
    ...callSummary.shape,
    model: z.string(),
  }),
});
