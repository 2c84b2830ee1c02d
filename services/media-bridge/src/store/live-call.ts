/**
 * One call, alive: the session's decisions carried out on real sockets, timers and services. It decides nothing itself.
 *
 * Closing: the session's `ended` closes the engine and every timer; the journal goes on until all is written.
 *
 * The call may be another bridge's by now, after this process stood still or lost its line: it is left then without a
 * word (`abandon`). Until that is known (`doubt`), nothing is said, written or decided.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { EndReason } from '@frontdesk/contracts/events/call';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import { maskPhone, withCall, withSpan } from '@frontdesk/observability';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { createCallClock } from '../domain/call-clock.ts';
import type { CallDecision, CallEnding, CallInput, Measure, TimerName } from '../domain/call-decision.ts';
import { createCallSession } from '../domain/call-session.ts';
import { createTokenTotals } from '../domain/token-totals.ts';
import type { EngineEvent, VoiceEngine } from '../domain/voice-engine.ts';
import { createCallEvents } from '../outbound/call-events.ts';
import { type CallJournal, createCallJournal } from '../outbound/call-record/call-journal.ts';
import { keepLine } from '../outbound/lines.ts';
import { loadCallContext } from './call-context.ts';
import { createCallerAudio } from './caller-audio.ts';
import { type ClaimedCall, resumedCall } from './claimed-call.ts';
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
  /** Of the Twilio account whose call it is. */
  readonly accountSid: string;
  /** The stream is there. */
  connect(line: MediaLine): void;
  /** Uses up the promise of `next` that another stream may come. @returns whether this is the one that was promised */
  admits(reservationId: string): boolean;
  /** Another stream may come under this reservation. */
  expect(reservationId: string): void;
  /** This process stood still: the call may have been taken over. */
  doubt(): void;
  /**
   * One frame of caller audio in base64, with Twilio's time of it.
   * @returns why it was ignored, when it was
   */
  hear(base64: string, timestampMs: number): string | undefined;
  receive(
    input: Extract<CallInput, { kind: 'mark' | 'dtmf' | 'stream_stopped' | 'stream_lost' | 'evicted' | 'hand_over' }>,
  ): void;
  /**
   * What Twilio should do next: while the call is alive, open another stream. Undefined when the call is another
   * bridge's now, or is to become one.
   */
  readonly next: NextStep | undefined;
  /** Resolves when the conversation is over. */
  readonly ended: Promise<void>;
  /** Resolves when everything about it is written down, too. */
  readonly written: Promise<void>;
}

/** Two seconds of what the caller says while the engine is opened again; what is older is forgotten. */
const MAX_HELD_FRAMES = 100;
/** A call handed over waits this long for its last entries to be written. */
const LAST_WRITES_MS = 3_000;
/** A stream that ends this soon after Twilio was told to leave it ended because of that. */
const REDIRECTED_MS = 1_500;

const newReservationId = () => randomBytes(16).toString('hex');

export interface Housing {
  /** `host:port` of this bridge. */
  address: string;
  /** See `FreezeWatch`. */
  isWakingUp(): boolean;
}

/**
 * Begins the work of a call at once, before its stream is there.
 * @param takenOver the call was another bridge's, and its record is ours already
 */
export function openLiveCall(
  context: Context,
  housing: Housing,
  reservation: Reservation,
  takenOver?: ClaimedCall,
): LiveCall {
  return withCall(reservation.callSid, () => {
    let live: LiveCall | undefined;
    // The span lives as long as the conversation; everything the call does later is brought back into it.
    void withSpan('media-bridge call', {}, async () => {
      live = runCall(context, housing, reservation, takenOver);
      await live.ended;
    }).catch((error: unknown) => context.log.error({ err: error }, 'a call failed'));
    if (live === undefined) throw new Error('the call did not begin');
    return live;
  });
}

function runCall(context: Context, housing: Housing, reservation: Reservation, takenOver?: ClaimedCall): LiveCall {
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
    sessionLimitMs: config.model.sessionLimitMs,
    ...(takenOver ? { resumed: resumedCall(takenOver, callClock) } : {}),
  });
  const journal: CallJournal = createCallJournal(
    {
      clock,
      log,
      metrics,
      record: takenOver?.record ?? context.callRecords.of(callSid),
      events: createCallEvents(context.messaging, businessId, callSid),
      onFenced: abandon,
    },
    parties,
    (ms) => callClock.at(ms),
  );
  const callerAudio = createCallerAudio(hear);
  const timers = new Map<TimerName, Disposable>();
  const inputs: CallInput[] = [];
  const over = Promise.withResolvers<void>();
  let handling = false;
  let dead = false;
  let doubting = false;
  let handedOver = false;
  let engine: VoiceEngine | undefined;
  let engines = 0;
  let held: string[] = [];
  /** The reservation another stream may come under. */
  let awaited = newReservationId();
  let redirectedAtMs = Number.NEGATIVE_INFINITY;
  let line: MediaLine | undefined;
  let next: NextStep | undefined;
  /** What can be said of the call should it fail. */
  let known: Omit<CallEnding, 'reason' | 'endedAtMs'> = {
    startedAtMs: takenOver?.head.startedAt
      ? callClock.msOf(Temporal.Instant.from(takenOver.head.startedAt))
      : clock.monotonicMs(),
    entries: takenOver?.entries.length ?? 0,
    language: profile.agent.languages[0] ?? 'en',
    usage: createTokenTotals().total,
  };
  let bargeIns = 0;
  let clearedAtMs = 0;

  log.info({ event: 'call.reserved', business: businessId, from: maskPhone(from) }, 'call reserved');
  if (takenOver) journal.resumed(takenOver);
  else {
    journal.reserved({
      version: 1,
      businessId,
      ...parties,
      owner: { podId: config.podId, address: housing.address },
      phase: 'reserved',
      pendingTools: [],
      reservedAt: reservedAt.toString(),
    });
  }
  openEngine();
  const lineKept = keepLine(context, { businessId, callSid, line: reservation.line });

  /** Decisions may cause inputs of their own; those are handled after them, never inside. */
  function handle(input: CallInput): void {
    if (dead) return;
    inputs.push(input);
    if (handling || housing.isWakingUp() || doubting) return;
    handleAll();
  }

  function handleAll(): void {
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
    next = { kind: 'apology' };
    line?.close();
    metrics.ended.inc({ reason: 'failed' });
    journal.closing(next);
    journal.ended({ ...known, reason: 'failed', endedAtMs: clock.monotonicMs() });
    finish();
  }

  function openEngine(): void {
    closeEngine();
    const mine = engines;
    const said = (event: EngineEvent) => {
      if (mine === engines) engineSaid(event);
    };
    // Opened again from a timer, it still belongs to the call in every log and trace.
    engine = inCall(() => context.openEngine(log, said));
  }

  /** What it still says is not heard. */
  function closeEngine(): void {
    engines += 1;
    engine?.close();
    engine = undefined;
  }

  function doubt(): void {
    if (dead || doubting) return;
    doubting = true;
    void inCall(() => journal.check()).finally(() => {
      doubting = false;
      if (!dead && !handling) handleAll();
    });
  }

  /** The call is another bridge's: nothing more is said or written about it here. */
  function abandon(): void {
    if (dead) return;
    log.warn({ event: 'call.abandoned', call_sid: callSid }, 'the call goes on in another bridge');
    dead = true;
    next = undefined;
    inputs.length = 0;
    line?.close();
    finish();
  }

  /** The record is complete before Twilio can ask for the next owner. */
  async function handOver(): Promise<void> {
    handedOver = true;
    stopWork();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _ = clock.after(LAST_WRITES_MS, resolve);
    await Promise.race([journal.idle(), late]);
    log.info({ event: 'call.handed_over', call_sid: callSid }, 'call handed over');
    line?.close();
    over.resolve();
  }

  async function redirect(): Promise<void> {
    const { continueUrl, twilioAccountSid: accountSid, twilioAuthTokenEncrypted: authTokenEncrypted } = reservation;
    if (continueUrl === undefined || authTokenEncrypted === undefined || context.twilio === undefined) return;
    // The stream may be gone because the call is.
    await journal.check();
    if (dead || session.phase !== 'detached') return;
    redirectedAtMs = clock.monotonicMs();
    try {
      const alive = await context.twilio.redirect({ accountSid, authTokenEncrypted }, callSid, continueUrl);
      log.info({ event: 'call.redirected', call_sid: callSid, alive }, 'Twilio was told to ask what comes next');
      if (!alive) handle({ kind: 'stream_stopped' });
    } catch (error) {
      log.warn({ err: error, call_sid: callSid }, 'Twilio could not be told to ask what comes next');
    }
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
        engine?.send(decision.command);
        return;
      case 'open_engine':
        openEngine();
        return;
      case 'close_engine':
        closeEngine();
        return;
      case 'check_caller_audio':
        callerAudio.check(clock.monotonicMs());
        return;
      case 'drop_held_audio':
        held = [];
        return;
      case 'detached':
        log.warn({ event: 'call.detached', call_sid: callSid }, 'the stream is gone');
        line = undefined;
        return;
      case 'redirect':
        inCall(() => void redirect());
        return;
      case 'offered':
        inCall(() => journal.offered(decision));
        return;
      case 'handed_over':
        inCall(() => void handOver());
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
        known = { ...known, startedAtMs: decision.atMs, ...(decision.callerId ? { callerId: decision.callerId } : {}) };
        inCall(() => journal.started(decision.atMs, decision.callerId));
        return;
      case 'entry':
        known = { ...known, entries: decision.entry.seq + 1 };
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
        closeStream(decision.reason, decision.next);
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
    if (measure.what === 'false_interruption') metrics.falseInterruptions.inc();
    if (measure.what === 'invalid_tool_call') metrics.invalidToolCalls.inc();
    if (measure.what === 'dropped_key') metrics.ignoredMedia.inc({ kind: 'dtmf_flood' });
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
    const idempotencyKey = decision.idempotencyKey ?? `${callSid}:${toolCallId}`;
    const beganMs = clock.monotonicMs();
    const result = await withSpan(`media-bridge tool ${name}`, { 'tool.name': name }, async () => {
      const asked = JSON.stringify(request);
      const intent = { toolCallId, name, arguments: decision.arguments, idempotencyKey, request: asked };
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

  function closeStream(reason: EndReason, then: NextStep = { kind: 'hangup' }): void {
    next = then;
    const step = next;
    inCall(() => journal.closing(step));
    log.info({ event: 'call.closing', call_sid: callSid, reason }, 'call closing');
    line?.close();
    metrics.ended.inc({ reason });
  }

  function stopWork(): void {
    for (const timer of timers.values()) timer[Symbol.dispose]();
    timers.clear();
    held = [];
    closeEngine();
  }

  function finish(): void {
    stopWork();
    over.resolve();
  }

  /** What waited while there was nobody to hear it comes first. */
  function hear(base64: string): void {
    if (doubting) return;
    if (session.hearsCaller) {
      for (const waiting of held) engine?.hear(waiting);
      held = [];
      engine?.hear(base64);
    } else if (session.holdsCaller) {
      held.push(base64);
      if (held.length > MAX_HELD_FRAMES) held.shift();
    }
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
    accountSid: reservation.twilioAccountSid,
    connect(connected) {
      const before = line;
      if (before !== undefined) {
        // Twilio plays one stream at a time: this one is in place of the other.
        handle({ kind: 'stream_lost' });
        before.close();
      }
      line = connected;
      callerAudio.restart();
      handle({ kind: 'stream_started' });
    },
    admits(reservationId) {
      if (reservationId !== awaited || dead || handedOver || next !== undefined) return false;
      awaited = newReservationId();
      return true;
    },
    expect(reservationId) {
      awaited = reservationId;
    },
    doubt,
    hear: (base64, timestampMs) => callerAudio.frame(base64, timestampMs, clock.monotonicMs()),
    receive(input) {
      // Twilio ends a stream properly when it is told to leave it, which was our doing then.
      const ours = input.kind === 'stream_stopped' && clock.monotonicMs() - redirectedAtMs < REDIRECTED_MS;
      handle(ours ? { kind: 'stream_lost' } : input);
    },
    get next() {
      if (next !== undefined || dead || handedOver) return next;
      return { kind: 'stream' as const, reservationId: awaited };
    },
    ended: over.promise,
    written: over.promise.then(async () => {
      await journal.idle();
      if (journal.fenced || handedOver) lineKept.leave();
      else await lineKept.release();
    }),
  };
}
