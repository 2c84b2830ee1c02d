/** Everything this bridge reports: one function per business event of a call, and what is counted. */
import type { EventContract } from '@frontdesk/contracts/event';
import {
  callDegraded,
  callEnded,
  callStarted,
  callToolCalled,
  callTurn,
  type turnData,
} from '@frontdesk/contracts/events/call';
import { messageTaken } from '@frontdesk/contracts/events/message';
import type { RecordedMessage } from '@frontdesk/contracts/events/recorded-message';
import type { CallEntry } from '@frontdesk/contracts/kv/calls';
import type { Metrics } from '@frontdesk/observability';
import type { z } from 'zod';
import type { CallEnding, DegradedReason } from './domain/call-decision.ts';
import type { SpokenTurn } from './domain/transcript.ts';

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

// From the entry as it is in the record, whoever wrote it there.
export function turn(callSid: string, { kind: _, usage: __, ...spoken }: Extract<CallEntry, { kind: 'turn' }>) {
  return event(callTurn, Temporal.Instant.from(spoken.endedAt), { callSid, ...spoken });
}

/** @param took is not recorded: only who saw it knows */
export function toolCalled(
  callSid: string,
  { kind: _, usage: __, offers: ___, appointments: ____, at, ...used }: Extract<CallEntry, { kind: 'tool' }>,
  took: { startedAt: string; durationMs: number } = { startedAt: at, durationMs: 0 },
) {
  return event(callToolCalled, Temporal.Instant.from(at), { callSid, ...used, ...took });
}

export function message({ at, data }: RecordedMessage) {
  return event(messageTaken, Temporal.Instant.from(at), data);
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
    language: ending.language,
    usage: ending.usage,
  });
}

const REPLY_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];
const STOP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
const TOOL_BUCKETS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

// Labels never name a call, a business or a person.
export type BridgeMetrics = ReturnType<typeof createBridgeMetrics>;

export function createBridgeMetrics(metrics: Metrics) {
  return {
    ...metrics,
    active: metrics.gauge('call_active', 'Calls reserved or talking on this bridge'),
    reservations: metrics.counter('reservations_total', 'Reservations by result', ['result']),
    streams: metrics.counter('media_streams_total', 'Media sockets by result', ['result']),
    firstAudio: metrics.histogram(
      'first_audio_seconds',
      'From the start of the media stream to the first audio sent',
      REPLY_BUCKETS,
    ),
    turnResponse: metrics.histogram(
      'turn_response_seconds',
      'From the end of the caller’s turn, as the model found it, to the first audio of the reply',
      REPLY_BUCKETS,
    ),
    bargeIns: metrics.counter('barge_in_total', 'Times a caller interrupted audio that was playing'),
    falseInterruptions: metrics.counter(
      'false_interruption_total',
      'Times a noise stopped the receptionist and she went on',
    ),
    bargeInStop: metrics.histogram(
      'barge_in_stop_seconds',
      'From the model hearing the caller to the clear on the wire',
      STOP_BUCKETS,
    ),
    lateAudio: metrics.counter('late_audio_total', 'Pieces of audio of interrupted responses, dropped'),
    toolDuration: metrics.histogram('tool_duration_seconds', 'Tool calls', TOOL_BUCKETS, ['tool', 'outcome']),
    invalidToolCalls: metrics.counter('invalid_tool_calls_total', 'Tool calls of the model that made no sense'),
    ended: metrics.counter('call_ended_total', 'Calls by the reason they ended', ['reason']),
    degraded: metrics.counter('call_degraded_total', 'What went wrong in calls and was survived', ['reason']),
    ignoredMedia: metrics.counter('ignored_media_messages_total', 'Messages from Twilio that were ignored', ['kind']),
    modelUnknown: metrics.counter('model_events_unknown_total', 'Model events this release does not know'),
    modelMalformed: metrics.counter('model_events_malformed_total', 'Model messages that are not what they say'),
    modelErrors: metrics.counter('model_errors_total', 'Errors the model reported', ['code']),
    audioDropped: metrics.counter('audio_dropped_total', 'Frames dropped because a peer does not read', ['to']),
    journalDropped: metrics.counter('call_journal_dropped_total', 'Records and events given up', ['reason']),
    loopLag: metrics.gauge('loop_lag_seconds', 'Event-loop delay over the last second, 90th percentile'),
  };
}
