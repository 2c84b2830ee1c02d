/**
 * What a bridge that died still had to say about its call, from the call's record alone. Ids and order are the ones the
 * bridge would have used, so that what it did say is dropped by the stream as a repetition.
 */
import type { EventContract, NewEvent } from '@frontdesk/contracts/event';
import { callEnded, callStarted, callToolCalled, callTurn, type EndReason } from '@frontdesk/contracts/events/call';
import { type EventPlace, endedPlace, entryPlace, startedPlace } from '@frontdesk/contracts/events/call-event-id';
import type { CallEntry, CallHead } from '@frontdesk/contracts/kv/calls';

export interface Unsaid {
  contract: EventContract;
  event: NewEvent;
}

export interface DeadCall {
  head: CallHead;
  /** In the order of their numbers. */
  entries: readonly CallEntry[];
  /** Numbers of the entries that were said before. */
  said: ReadonlySet<number>;
  /** When the carrier says that the leg was over. */
  legEndedAt: Temporal.Instant;
}

export function unsaid({ head, entries, said, legEndedAt }: DeadCall): Unsaid[] {
  const { businessId, callSid } = head;
  const event = (contract: EventContract, place: EventPlace, at: string, data: object): Unsaid => ({
    contract,
    event: { ...place, businessId, subject: callSid, time: Temporal.Instant.from(at), data },
  });
  const parties = { callSid, direction: head.direction, from: head.from, to: head.to };
  const caller = head.callerId ? { callerId: head.callerId } : {};
  const startedAt = head.startedAt ?? head.reservedAt;
  const endedAt = latest(startedAt, legEndedAt.toString());
  return [
    ...(head.startedAt
      ? [event(callStarted, startedPlace(callSid), startedAt, { ...parties, startedAt, ...caller })]
      : []),
    ...entries
      .filter(({ seq }) => !said.has(seq))
      .map((entry) => {
        const place = entryPlace(callSid, entry.seq);
        if (entry.kind === 'turn') return event(callTurn, place, entry.endedAt, { ...entry, callSid });
        return event(callToolCalled, place, entry.at, { ...entry, callSid, startedAt: entry.at, durationMs: 0 });
      }),
    event(callEnded, endedPlace(callSid, entries.length), endedAt, {
      ...parties,
      startedAt,
      endedAt,
      reason: reasonOf(head),
      entries: entries.length,
      ...caller,
      // Counted in the memory of the bridge that is gone.
      usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, audioInputTokens: 0, audioOutputTokens: 0 },
    }),
  ];
}

function reasonOf({ startedAt, phase, next }: CallHead): EndReason {
  if (startedAt === undefined) return 'never_connected';
  return phase === 'ending' && next?.kind === 'hangup' ? 'goodbye' : 'stream_lost';
}

function latest(one: string, other: string): string {
  return Temporal.Instant.compare(one, other) < 0 ? other : one;
}
