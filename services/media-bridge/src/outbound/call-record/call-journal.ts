/**
 * What is remembered and told about a call: its record, then its events, in the order things happened. Everything here
 * is written behind the conversation; while NATS is away it waits, bounded, and arrives afterwards.
 *
 * Invariants: an entry is in the record before its event is published; the intent of a tool that changes something is
 * in the record before it is sent; `call.ended` follows every turn; a bridge that lost the call writes nothing more.
 */
import type { EndReason } from '@frontdesk/contracts/events/call';
import {
  degradedPlace,
  type EventPlace,
  endedPlace,
  entryPlace,
  startedPlace,
} from '@frontdesk/contracts/events/call-event-id';
import { messageOfEntry } from '@frontdesk/contracts/events/recorded-message';
import type { CallEntry, CallHead, NextStep, toolIntent } from '@frontdesk/contracts/kv/calls';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Clock } from '@frontdesk/lifecycle';
import { type Logger, withSpan } from '@frontdesk/observability';
import { z } from 'zod';
import type { CallEnding, DegradedReason } from '../../domain/call-decision.ts';
import type { Known } from '../../domain/handles.ts';
import type { TranscriptEntry } from '../../domain/transcript.ts';
import type { TokenUsage } from '../../domain/voice-engine.ts';
import * as events from '../../events.ts';
import type { CallEvents } from '../call-events.ts';
import { type CallRecord, Fenced, type TakenOver } from './call-record.ts';
import type { Soon } from './common-start.ts';
import { createJobQueue } from './job-queue.ts';

type Step = () => Promise<void>;

export type ToolIntent = z.infer<typeof toolIntent>;

const MAX_WAITING = 2_000;
/** Longer than any outage worth surviving in memory; the bucket's own time to live is three hours. */
const GIVE_UP_AFTER_MS = 15 * 60_000;

export interface CallJournal {
  reserved(head: Omit<CallHead, 'epoch'>): void;
  /** The call was another bridge's, and its record is ours already: whatever it may not have published is published. */
  resumed({ head, entries }: TakenOver): void;
  started(atMs: number, callerId?: string): void;
  /** @returns whether the intent is in the record, in time for the tool to be sent */
  intent(intent: ToolIntent): Promise<boolean>;
  /** @param usage what the call has used by now */
  entry(entry: TranscriptEntry, usage: TokenUsage): void;
  degraded(reason: DegradedReason, atMs: number): void;
  /** The model's instructions told it of these times and appointments, by these handles. */
  offered(known: Known): void;
  closing(next: NextStep, reason: EndReason): void;
  /** It is left to another bridge while the caller waits for an answer. */
  leftUnnoticed(): void;
  /** Resolves when the call turns out to be ours still, or nobody can say. Fenced calls are reported as always. */
  check(): Promise<void>;
  ended(ending: CallEnding): void;
  /**
   * It ends here, and not as it should. When the record holds what was asked of tools and not answered, it is left for
   * whoever finalises the calls of dead bridges, who tells of that, too, and of the end.
   */
  failed(ending: CallEnding): void;
  /** Resolves when everything is written or given up. */
  idle(): Promise<void>;
  /** Another bridge has the call: what is left of it here may not be touched. */
  fenced(): boolean;
}

export interface JournalDependencies {
  clock: Clock;
  log: Logger;
  metrics: Pick<events.BridgeMetrics, 'journalDropped'>;
  record: CallRecord;
  events: CallEvents;
  /** For what the caller is not waiting for: it is written together with that of other calls. */
  soon: Soon;
  /** Whether the call is ours beyond doubt, at this moment. When it is not known, the record is asked. */
  isOurs(): boolean;
  /** The call is another bridge's: it has to be left alone. */
  onFenced(): void;
}

const INTENT_DEADLINE_MS = 500;
const MAX_OFFERS = 200;
const MAX_APPOINTMENTS = 100;

export function createCallJournal(
  dependencies: JournalDependencies,
  parties: events.CallParties,
  at: (ms: number) => Temporal.Instant,
): CallJournal {
  const { clock, log, metrics, record } = dependencies;
  const { callSid } = parties;
  let epoch = 1;
  let degradations = 0;
  let entries = 0;
  /** Tool calls whose entries are in the record: what it says of their intents does not count, and leaves it with the next. */
  const answered = new Set<string>();
  let fenced = false;
  /** Nothing follows but the record's removal: that it is gone says nothing any more. */
  let over = false;

  function fence(job: string, error: Fenced): void {
    if (fenced) return;
    log.warn({ job, err: error }, 'the call belongs to another bridge');
    fenced = true;
    dependencies.onFenced();
  }

  const queue = createJobQueue({
    clock,
    maxWaiting: MAX_WAITING,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
    soon: dependencies.soon,
    onFailure(error, job) {
      if (error instanceof Fenced) {
        fence(job, error);
        return 'stop';
      }
      if (error instanceof z.ZodError || (error instanceof WireError && error.code === 'invalid')) {
        log.error({ job, err: error }, 'a record or event does not fit its contract');
        return 'drop';
      }
      if (error instanceof WireError) log.warn({ job, code: error.code }, 'a record or event waits');
      else log.warn({ job, err: error }, 'a record or event waits');
      return 'retry';
    },
    onDropped(reason, jobs) {
      if (jobs > 0) metrics.journalDropped.inc({ reason }, jobs);
    },
  });

  function publish<Data extends z.ZodType>(event: events.CallEvent<Data>, place: EventPlace): Step {
    return () => dependencies.events.publish(event, place);
  }

  /** The message for the team that a tool took, told from the record like everything else. */
  function messageSteps(entry: CallEntry): Step[] {
    const taken = messageOfEntry(parties, entry);
    return taken === undefined ? [] : [publish(events.message(taken), taken.place)];
  }

  function add(name: string, ...steps: Step[]): boolean {
    return queue.add(name, inOrder(steps));
  }

  function addUnhurried(name: string, ...steps: Step[]): void {
    queue.addUnhurried(name, inOrder(steps));
  }

  return {
    reserved(head) {
      add('reserved', async () => {
        epoch = await record.claim(head);
      });
    },
    resumed({ head, entries: recorded }) {
      epoch = head.epoch;
      entries = recorded.length;
      for (const entry of recorded) if (entry.kind === 'tool') answered.add(entry.toolCallId);
      const last = recorded.at(-1);
      // Entries are published one by one, so that only the last one can be missing.
      if (last?.kind === 'turn') add('republished', publish(events.turn(callSid, last), entryPlace(callSid, last.seq)));
      else if (last?.kind === 'tool')
        add(
          'republished',
          ...messageSteps(last),
          publish(events.toolCalled(callSid, last), entryPlace(callSid, last.seq)),
        );
      else if (head.startedAt !== undefined) {
        const started = events.started(parties, Temporal.Instant.from(head.startedAt), head.callerId);
        add('republished', publish(started, startedPlace(callSid)));
      }
    },
    started(atMs, callerId) {
      const event = publish(events.started(parties, at(atMs), callerId), startedPlace(callSid));
      const startedAt = at(atMs).toString();
      const talking = { phase: 'talking' as const, startedAt, ...(callerId ? { callerId } : {}) };
      add('started', () => record.change((head) => ({ ...head, ...talking })), event);
    },
    offered(known) {
      addUnhurried('offered', () => record.change((head) => ({ ...head, ...withKnown(head, known) })));
    },
    async check() {
      try {
        await record.check();
      } catch (error) {
        if (!(error instanceof Fenced)) log.warn({ err: error }, 'nobody says whose call this is');
        else if (!over) fence('check', error);
      }
    },
    async intent(intent) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      using _ = clock.after(INTENT_DEADLINE_MS, () => resolve(false));
      const added = add('intent', async () => {
        // Tried again, it may be in the record already: the write arrived and its confirmation did not.
        await record.change((head) => {
          const others = head.pendingTools.filter(
            ({ toolCallId }) => toolCallId !== intent.toolCallId && !answered.has(toolCallId),
          );
          return { ...head, pendingTools: [...others, intent].slice(-32) };
        });
        resolve(true);
      });
      return added && (await promise);
    },
    entry(entry, usage) {
      const stored: CallEntry = { ...storedEntry(entry, at), usage };
      entries = entry.seq + 1;
      const event = entryEvent(entry, stored);
      const recorded = async () => {
        await record.add(stored, dependencies.isOurs());
        if (entry.kind === 'tool') answered.add(entry.toolCallId);
      };
      const write = inOrder([recorded, ...messageSteps(stored), event]);
      // Everything about one entry happens in one span, which the event carries on to whoever consumes it.
      queue.addUnhurried(`${entry.kind} entry`, () =>
        withSpan(`media-bridge ${entry.kind}`, entryAttributes(entry), write),
      );
    },
    degraded(reason, atMs) {
      const position = degradations;
      const before = entries;
      degradations += 1;
      const event = events.degraded(callSid, reason, at(atMs));
      // The epoch is known when it is this event's turn.
      const place = () => degradedPlace(callSid, epoch, before, position);
      addUnhurried('degraded', () => dependencies.events.publish(event, place()));
    },
    closing(next, reason) {
      add('closing', () => record.change((head) => ({ ...head, phase: 'ending', next, endReason: reason })));
    },
    leftUnnoticed() {
      add('left', () => record.change((head) => ({ ...head, leftUnnoticed: true as const })));
    },
    ended(ending) {
      over = true;
      const event = publish(events.ended(parties, ending, at), endedPlace(callSid, ending.entries));
      const done = () => record.change((head) => ({ ...head, phase: 'ended' }));
      add(`ended ${ending.reason satisfies EndReason}`, done, event, () => record.remove(ending.entries));
    },
    failed(ending) {
      over = true;
      let unanswered = false;
      const left = async () => {
        await record.change((head) => {
          unanswered = head.pendingTools.some(({ toolCallId }) => !answered.has(toolCallId));
          return unanswered ? head : { ...head, phase: 'ended' };
        });
      };
      const event = publish(events.ended(parties, ending, at), endedPlace(callSid, ending.entries));
      const settled = (step: Step) => async () => (unanswered ? undefined : await step());
      add(
        'failed',
        left,
        settled(event),
        settled(() => record.remove(ending.entries)),
      );
    },
    idle: () => queue.idle(),
    fenced() {
      return fenced;
    },
  };

  function entryEvent({ seq, startedAtMs, endedAtMs }: TranscriptEntry, stored: CallEntry): Step {
    const place = entryPlace(callSid, seq);
    if (stored.kind === 'turn') return publish(events.turn(callSid, stored), place);
    const durationMs = Math.max(0, Math.round(endedAtMs - startedAtMs));
    return publish(events.toolCalled(callSid, stored, { startedAt: at(startedAtMs).toString(), durationMs }), place);
  }
}

/** Steps that are done are not repeated when the job is tried again. */
function inOrder(steps: Step[]): () => Promise<void> {
  return async () => {
    for (let step = steps[0]; step !== undefined; step = steps[0]) {
      await step();
      steps.shift();
    }
  };
}

/** Written again, it is there once. */
function withKnown({ offers = [], appointments = [] }: CallHead, known: Known): Partial<CallHead> {
  return {
    offers: lastOfEach([...offers, ...known.offers]).slice(-MAX_OFFERS),
    appointments: lastOfEach([...appointments, ...known.appointments]).slice(-MAX_APPOINTMENTS),
  };
}

function lastOfEach<Named extends { handle: string }>(all: Named[]): Named[] {
  return [...new Map(all.map((each) => [each.handle, each])).values()];
}

function storedEntry(entry: TranscriptEntry, at: (ms: number) => Temporal.Instant): CallEntry {
  if (entry.kind === 'turn') return { kind: 'turn', ...events.turnOf(entry, at) };
  const { kind, seq, toolCallId, name, outcome, output, known } = entry;
  return {
    ...(known ? { offers: [...known.offers], appointments: [...known.appointments] } : {}),
    kind,
    seq,
    toolCallId,
    name,
    arguments: entry.arguments,
    outcome,
    output,
    at: at(entry.endedAtMs).toString(),
  };
}

function entryAttributes(entry: TranscriptEntry): Record<string, string | number | boolean> {
  const spokenMs = Math.round(entry.endedAtMs - entry.startedAtMs);
  if (entry.kind === 'tool') return { 'tool.name': entry.name, 'tool.outcome': entry.outcome, 'entry.seq': entry.seq };
  const { role, interrupted, seq } = entry;
  return { 'turn.role': role, 'turn.interrupted': interrupted, 'turn.spoken_ms': spokenMs, 'entry.seq': seq };
}
