/**
 * What a bridge that died still had to say about its call, from the call's record alone. Ids and order are the ones the
 * bridge would have used, so that what it did say is dropped by the stream as a repetition. The stream remembers an id for
 * ten minutes; what arrived here before is left out, however long ago that was.
 *
 * A tool that was asked for and whose answer nobody recorded becomes a tool call without an answer: it may have been done
 * or not. It is not asked again: the caller has hung up, and a booking made now is one that nobody was told of. Was it
 * done, its service has said so in an event of its own. A message for the team needs no service: it is taken.
 */
import type { EventContract, NewEvent } from '@frontdesk/contracts/event';
import { callEnded, callStarted, callToolCalled, callTurn, type EndReason } from '@frontdesk/contracts/events/call';
import { type EventPlace, endedPlace, entryPlace, startedPlace } from '@frontdesk/contracts/events/call-event-id';
import { messageTaken } from '@frontdesk/contracts/events/message';
import { answerToIntent, messageOfEntry } from '@frontdesk/contracts/events/recorded-message';
import type { CallEntry, CallHead, toolIntent } from '@frontdesk/contracts/kv/calls';
import type { z } from 'zod';

export interface Unsaid {
  contract: EventContract;
  event: NewEvent;
}

export interface DeadCall {
  head: CallHead;
  /** In the order of their numbers. */
  entries: readonly CallEntry[];
  /** The beginning was said before. */
  started: boolean;
  /** Numbers of the entries that were said before. */
  said: ReadonlySet<number>;
  /** When the carrier says that the leg was over. */
  legEndedAt: Temporal.Instant;
}

/** Told to nobody any more; it is there for who reads the call. */
const UNKNOWN = JSON.stringify({
  error: 'deadline',
  message: 'The call broke off: it is not known whether this was done.',
});

/** What was asked of services and has no answer among the entries, each once: a write that was repeated may be there twice. */
export function unsettledTools({ head, entries }: Pick<DeadCall, 'head' | 'entries'>): z.output<typeof toolIntent>[] {
  const seen = new Set(entries.flatMap((entry) => (entry.kind === 'tool' ? [entry.toolCallId] : [])));
  return head.pendingTools.filter(({ toolCallId }) => !seen.has(toolCallId) && seen.add(toolCallId));
}

export function unsaid({ head, entries: recorded, started, said, legEndedAt }: DeadCall): Unsaid[] {
  const { businessId, callSid } = head;
  const event = (contract: EventContract, place: EventPlace, at: string, data: object): Unsaid => ({
    contract,
    event: { ...place, businessId, subject: callSid, time: Temporal.Instant.from(at), data },
  });
  const parties = { callSid, direction: head.direction, from: head.from, to: head.to };
  const caller = head.callerId ? { callerId: head.callerId } : {};
  const startedAt = head.startedAt ?? head.reservedAt;
  const endedAt = latest(startedAt, legEndedAt.toString());
  const unsettled = unsettledTools({ head, entries: recorded }).map(
    (intent, index): CallEntry => ({
      ...{ kind: 'tool', seq: recorded.length + index, toolCallId: intent.toolCallId, name: intent.name },
      ...{ arguments: intent.arguments, at: intent.askedAt },
      ...(answerToIntent(intent) ?? { outcome: 'deadline', output: UNKNOWN }),
    }),
  );
  const entries = [...recorded, ...unsettled];
  return [
    ...(head.startedAt && !started
      ? [event(callStarted, startedPlace(callSid), startedAt, { ...parties, startedAt, ...caller })]
      : []),
    ...entries
      .filter(({ seq }) => !said.has(seq))
      .flatMap((entry) => {
        const place = entryPlace(callSid, entry.seq);
        if (entry.kind === 'turn') return event(callTurn, place, entry.endedAt, { ...entry, callSid });
        const used = { ...entry, callSid, startedAt: entry.at, durationMs: 0 };
        const message = messageOfEntry(head, entry);
        return [
          ...(message ? [event(messageTaken, message.place, message.at, message.data)] : []),
          event(callToolCalled, place, entry.at, used),
        ];
      }),
    event(callEnded, endedPlace(callSid, entries.length), endedAt, {
      ...parties,
      startedAt,
      endedAt,
      reason: reasonOf(head),
      entries: entries.length,
      ...caller,
      usage: recorded.findLast(({ usage }) => usage !== undefined)?.usage ?? NOTHING_USED,
    }),
  ];
}

const NOTHING_USED = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, audioInputTokens: 0, audioOutputTokens: 0 };

/** What its bridge said, when it came to say so; what is likeliest of one that just died. */
function reasonOf({ startedAt, phase, next, endReason }: CallHead): EndReason {
  if (startedAt === undefined && endReason !== 'failed') return 'never_connected';
  return endReason ?? (phase === 'ending' && next?.kind === 'hangup' ? 'goodbye' : 'stream_lost');
}

function latest(one: string, other: string): string {
  return Temporal.Instant.compare(one, other) < 0 ? other : one;
}
