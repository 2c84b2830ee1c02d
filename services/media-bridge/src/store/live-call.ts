/**
 * One call, alive: the session's decisions carried out on real sockets, timers and services. It decides nothing itself.
 *
 * Closing: the session's `ended` closes the engine and every timer; the journal goes on until all is written.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EndReason } from '@frontdesk/contracts/events/call';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import { maskPhone, withCall, withSpan } from '@frontdesk/observability';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { createCallClock } from '../domain/call-clock.ts';
import type { CallDecision, CallInput, Measure, TimerName } from '../domain/call-decision.ts';
import { createCallSession } from '../domain/call-session.ts';
import type { EngineEvent } from '../domain/voice-engine.ts';
import { createCallEvents } from '../outbound/call-events.ts';
import { type CallJournal, createCallJournal } from '../outbound/call-record/call-journal.ts';
import { keepLine } from '../outbound/lines.ts';
import { loadCallContext } from './call-context.ts';
import { askToolService } from './tool-services.ts';

export type Reservation = z.output<typeof reserveCall.request>;

/** The caller's end: Twilio's media stream. */
export interface MediaLine {
  play(base64: string): void;
  mark(name: string): void;
  clear(): void;
  close(): void;
}

export interface LiveCall {
  readonly callSid: string;
  /** The stream is there. */
  connect(line: MediaLine): void;
  /** One frame of caller audio in base64. */
  hear(base64: string): void;
  receive(input: Extract<CallInput, { kind: 'mark' | 'dtmf' | 'stream_stopped' | 'stream_lost' | 'evicted' }>): void;
  /** What Twilio should do next; known once the call has been decided to end. */
  readonly next: NextStep | undefined;
  /** Resolves when the conversation is over. */
  readonly ended: Promise<void>;
  /** Resolves when everything about it is written down, too. */
  readonly written: Promise<void>;
}

/** Begins the work of a call at once, before its stream is there. */
export function openLiveCall(context: Context, address: string, reservation: Reservation): LiveCall {
  return withCall(reservation.callSid, () => {
    let live: LiveCall | undefined;
    // The span lives as long as the conversation; everything the call does later is brought back into it.
    void withSpan('media-bridge call', {}, async () => {
      live = runCall(context, address, reservation);
      await live.ended;
    }).catch((error: unknown) => context.log.error({ err: error }, 'a call failed'));
    if (live === undefined) throw new Error('the call did not begin');
    return live;
  });
}

function runCall(context: Context, address: string, reservation: Reservation): LiveCall {
  const { clock, metrics, log, config } = context;
  const { callSid, businessId, from, profile } = reservation;
  const inCall = AsyncLocalStorage.snapshot();
  const reservedAt = clock.now();
  const callClock = createCallClock({ instant: reservedAt, monotonicMs: clock.monotonicMs() });
  const parties = { callSid, direction: reservation.direction, from, to: reservation.to };
  const session = createCallSession({
    callSid,
    phone: from,
    attestation: reservation.attestation,
    profile,
    clock: callClock,
    reservedAtMs: clock.monotonicMs(),
  });
  const journal: CallJournal = createCallJournal(
    {
      clock,
      log,
      metrics,
      record: context.callRecords.of(callSid),
      events: createCallEvents(context.messaging, businessId, callSid),
      onFenced: () => handle({ kind: 'evicted', reason: 'stream_lost' }),
    },
    parties,
    (ms) => callClock.at(ms),
  );
  const timers = new Map<TimerName, Disposable>();
  const inputs: CallInput[] = [];
  const over = Promise.withResolvers<void>();
  let handling = false;
  let dead = false;
  let line: MediaLine | undefined;
  let next: NextStep | undefined;
  let bargeIns = 0;
  let clearedAtMs = 0;

  log.info({ event: 'call.reserved', business: businessId, from: maskPhone(from) }, 'call reserved');
  journal.reserved({
    version: 1,
    businessId,
    ...parties,
    owner: { podId: config.podId, address },
    phase: 'reserved',
    pendingTools: [],
    reservedAt: reservedAt.toString(),
  });
  const engine = context.openEngine(log, engineSaid);
  const lineKept = keepLine(context, { businessId, callSid, line: reservation.line });

  /** Decisions may cause inputs of their own; those are handled after them, never inside. */
  function handle(input: CallInput): void {
    inputs.push(input);
    if (handling || dead) return;
    handling = true;
    try {
      for (let each = inputs.shift(); each !== undefined; each = inputs.shift()) {
        for (const decision of session.handle(each, clock.monotonicMs())) carryOut(decision);
      }
    } catch (error) {
      fail(error);
    } finally {
      handling = false;
    }
  }

  /** A bug ends the call it happened in, and no other. */
  function fail(error: unknown): void {
    log.error({ call_sid: callSid, err: error }, 'a call failed');
    dead = true;
    next = { kind: 'hangup' };
    line?.close();
    finish();
  }

  function engineSaid(event: EngineEvent): void {
    if (event.kind !== 'speech_started') {
      handle({ kind: 'engine', event });
      return;
    }
    const beganMs = clock.monotonicMs();
    const before = bargeIns;
    handle({ kind: 'engine', event });
    if (bargeIns > before) metrics.bargeInStop.observe((clearedAtMs - beganMs) / 1_000);
  }
  function carryOut(decision: CallDecision): void {
    switch (decision.kind) {
      case 'play':
        line?.play(decision.base64);
        return;
      case 'mark':
        line?.mark(decision.name);
        return;
      case 'clear':
        line?.clear();
        clearedAtMs = clock.monotonicMs();
        return;
      case 'engine':
        engine.send(decision.command);
        return;
      case 'run_tool':
        inCall(() => void runTool(decision));
        return;
      case 'set_timer':
        setTimer(decision.timer, decision.ms);
        return;
      case 'cancel_timer':
        cancelTimer(decision.timer);
        return;
      case 'started':
        inCall(() => journal.started(decision.atMs, decision.callerId));
        return;
      case 'entry':
        inCall(() => journal.entry(decision.entry));
        return;
      case 'degraded':
        log.warn({ event: 'call.degraded', call_sid: callSid, reason: decision.reason }, 'call degraded');
        metrics.degraded.inc({ reason: decision.reason });
        inCall(() => journal.degraded(decision.reason, decision.atMs));
        return;
      case 'measured':
        measured(decision.measure);
        return;
      case 'close_stream':
        closeStream(decision.reason);
        return;
      case 'ended':
        inCall(() => journal.ended(decision.ending));
        finish();
        return;
      default:
        decision satisfies never;
    }
  }

  function measured(measure: Measure): void {
    if (measure.what === 'first_audio') metrics.firstAudio.observe(measure.ms / 1_000);
    if (measure.what === 'turn_response') metrics.turnResponse.observe(measure.ms / 1_000);
    if (measure.what === 'late_audio') metrics.lateAudio.inc();
    if (measure.what === 'barge_in') {
      bargeIns += 1;
      metrics.bargeIns.inc();
    }
  }

  function setTimer(timer: TimerName, ms: number): void {
    cancelTimer(timer);
    const due = () => {
      timers.delete(timer);
      handle({ kind: 'timer', timer });
    };
    timers.set(timer, clock.after(ms, due));
  }

  function cancelTimer(timer: TimerName): void {
    timers.get(timer)?.[Symbol.dispose]();
    timers.delete(timer);
  }

  async function runTool(decision: Extract<CallDecision, { kind: 'run_tool' }>): Promise<void> {
    const { toolCallId, name, request, sideEffecting } = decision;
    const idempotencyKey = `${callSid}:${toolCallId}`;
    const beganMs = clock.monotonicMs();
    const result = await withSpan(`media-bridge tool ${name}`, { 'tool.name': name }, async () => {
      const intent = { toolCallId, name, arguments: decision.arguments, idempotencyKey };
      const kept = !sideEffecting || (await journal.intent({ ...intent, askedAt: clock.now().toString() }));
      // Unrecorded, it could be done twice by whoever took the call over.
      if (!kept) return { ok: false, code: 'unavailable', message: 'not recorded' } as const;
      return askToolService(context, log, businessId, request, idempotencyKey);
    });
    const outcome = result.ok ? 'ok' : result.code;
    metrics.toolDuration.observe({ tool: name, outcome }, (clock.monotonicMs() - beganMs) / 1_000);
    log.info({ event: 'tool.called', tool: name, outcome }, 'tool called');
    handle({ kind: 'tool_result', toolCallId, result });
  }

  function closeStream(reason: EndReason): void {
    next = { kind: 'hangup' };
    const step = next;
    inCall(() => journal.closing(step));
    log.info({ event: 'call.closing', call_sid: callSid, reason }, 'call closing');
    line?.close();
    metrics.ended.inc({ reason });
  }

  function finish(): void {
    for (const timer of timers.values()) timer[Symbol.dispose]();
    timers.clear();
    engine.close();
    over.resolve();
  }

  handle({ kind: 'reserved' });
  void withSpan('media-bridge pre-warm', {}, () =>
    loadCallContext(
      context,
      log,
      { businessId, phone: from, attestation: reservation.attestation, trust: profile.callerTrust },
      (part, complete) => handle({ kind: 'context', context: part, complete }),
    ),
  );

  return {
    callSid,
    connect(connected) {
      line = connected;
      handle({ kind: 'stream_started' });
    },
    hear(base64) {
      if (session.hearsCaller) engine.hear(base64);
    },
    receive: handle,
    get next() {
      return next;
    },
    ended: over.promise,
    written: over.promise.then(async () => {
      await journal.idle();
      if (journal.fenced) lineKept.leave();
      else await lineKept.release();
    }),
  };
}
