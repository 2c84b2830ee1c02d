/** One function per business event of a call: what is said, in the shape its contract asks for. */
import type { EventContract } from '@frontdesk/contracts/event';
import {
  callDegraded,
  callEnded,
  callStarted,
  callToolCalled,
  callTurn,
  type turnData,
} from '@frontdesk/contracts/events/call';
import type { z } from 'zod';
import type { CallEnding, DegradedReason } from './domain/call-decision.ts';
import type { SpokenTurn, ToolUse } from './domain/transcript.ts';

/** What every event of one call says about it. */
export interface CallParties {
  callSid: string;
  direction: 'inbound' | 'outbound';
  from: string | null;
  to: string;
}

type At = (ms: number) => Temporal.Instant;

export interface CallEvent<Data extends z.ZodType = z.ZodType> {
  contract: EventContract<Data>;
  data: z.input<Data>;
  time: Temporal.Instant;
}

function event<Data extends z.ZodType>(
  contract: EventContract<Data>,
  time: Temporal.Instant,
  data: z.input<Data>,
): CallEvent<Data> {
  return { contract, data, time };
}

export function started(parties: CallParties, startedAt: Temporal.Instant, callerId?: string) {
  return event(callStarted, startedAt, {
    ...parties,
    startedAt: startedAt.toString(),
    ...(callerId ? { callerId } : {}),
  });
}

export function turnOf(turn: SpokenTurn & { seq: number }, at: At): z.input<typeof turnData> {
  return {
    seq: turn.seq,
    role: turn.role,
    text: turn.text,
    startedAt: at(turn.startedAtMs).toString(),
    endedAt: at(turn.endedAtMs).toString(),
    interrupted: turn.interrupted,
  };
}

export function turn(callSid: string, spoken: SpokenTurn & { seq: number }, at: At) {
  return event(callTurn, at(spoken.endedAtMs), { callSid, ...turnOf(spoken, at) });
}

export function toolCalled(callSid: string, use: ToolUse & { seq: number }, at: At) {
  return event(callToolCalled, at(use.endedAtMs), {
    callSid,
    seq: use.seq,
    toolCallId: use.toolCallId,
    name: use.name,
    arguments: use.arguments,
    outcome: use.outcome,
    output: use.output,
    startedAt: at(use.startedAtMs).toString(),
    durationMs: Math.max(0, Math.round(use.endedAtMs - use.startedAtMs)),
  });
}

export function degraded(callSid: string, reason: DegradedReason, at: Temporal.Instant) {
  return event(callDegraded, at, { callSid, reason, at: at.toString() });
}

export function ended(parties: CallParties, ending: CallEnding, at: At) {
  const endedAt = at(ending.endedAtMs);
  return event(callEnded, endedAt, {
    ...parties,
    startedAt: at(ending.startedAtMs).toString(),
    endedAt: endedAt.toString(),
    reason: ending.reason,
    entries: ending.entries,
    ...(ending.callerId ? { callerId: ending.callerId } : {}),
    usage: ending.usage,
  });
}
