/**
 * One call, alive: the session's decisions carried out on real sockets, timers and services. Nothing here decides; this
 * file puts a call together.
 *
 *   call-loop   what happens, one thing after the other       call-voice    the engine of the moment, and what it hears
 *   carry-out   what was decided, done                        stream-again  another stream in place of the lost one
 *   leaving     ended, handed over, another bridge's, failed  tool-runner   a tool's intent and its request
 *   caller-line the stream of the moment, closed when left    stream-watch  whether anything comes through it
 *
 * Closing: the session's `ended` closes the engine and every timer; the journal goes on until all is written.
 *
 * The call may be another bridge's by now, after this process stood still or lost its line: it is left then without a
 * word (`abandon`). Until that is known (`doubt`), nothing is said, written or decided. While the caller's frames come in
 * there is no doubt: Twilio has one stream of a call, and opens the next after it has ended this one.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import { maskPhone, withCall, withSpan } from '@frontdesk/observability';
import type { Context } from '../context.ts';
import { createCallClock } from '../domain/call-clock.ts';
import type { CallInput } from '../domain/call-decision.ts';
import { createCallSession } from '../domain/call-session.ts';
import { createTokenTotals } from '../domain/token-totals.ts';
import type { EngineEvent } from '../domain/voice-engine.ts';
import { createCallEvents } from '../outbound/call-events.ts';
import { createCallJournal } from '../outbound/call-record/call-journal.ts';
import { keepLine } from '../outbound/lines.ts';
import { loadCallContext } from './call-context.ts';
import { createCallLoop } from './call-loop.ts';
import { createCallMeasures } from './call-measures.ts';
import { createCallTimers } from './call-timers.ts';
import { CallVoice } from './call-voice.ts';
import { CallerAudio } from './caller-audio.ts';
import { createCallerLine } from './caller-line.ts';
import { carryOut, type Hands } from './carry-out.ts';
import { type ClaimedCall, resumedCall } from './claimed-call.ts';
import { createLeaving } from './leaving.ts';
import type { LiveState, MediaLine } from './live-state.ts';
import type { Reservation } from './reservation.ts';
import { createStreamAgain } from './stream-again.ts';
import { StreamWatch } from './stream-watch.ts';
import { createToolRunner } from './tool-runner.ts';

export type { MediaLine } from './live-state.ts';
export type { Reservation } from './reservation.ts';

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
  /** Twilio says that the caller is gone, whatever the stream says. */
  over(): void;
  /** This process stood still: the call may have been taken over. */
  doubt(): void;
  /** What the caller says goes here, frame by frame. */
  readonly callerAudio: Pick<CallerAudio, 'frame'>;
  receive(
    input: Extract<CallInput, { kind: 'mark' | 'dtmf' | 'stream_stopped' | 'stream_lost' | 'evicted' | 'hand_over' }>,
  ): void;
  /**
   * What Twilio should do next: while the call is alive, open another stream. Undefined when the call is another
   * bridge's now, or is to become one.
   */
  next(): NextStep | undefined;
  /** Resolves when the conversation is over. */
  readonly ended: Promise<void>;
  /** Resolves when everything about it is written down, too. */
  readonly written: Promise<void>;
}

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
  const language = profile.agent.languages[0] ?? 'en';
  const reservedAt = clock.now();
  const callClock = createCallClock({ instant: reservedAt, monotonicMs: clock.monotonicMs() });
  const parties = { callSid, direction: reservation.direction, from, to: reservation.to };
  const resumed = takenOver && resumedCall(takenOver, callClock);
  const session = createCallSession({
    callSid,
    phone: from,
    businessNumber: reservation.to,
    attestation: reservation.attestation,
    profile,
    clock: callClock,
    reservedAtMs: clock.monotonicMs(),
    sessionLimitMs: config.model.sessionLimitMs,
    ...(resumed ? { resumed } : {}),
  });
  const state: LiveState = {
    next: undefined,
    handedOver: false,
    known: {
      startedAtMs: resumed?.startedAtMs ?? clock.monotonicMs(),
      entries: resumed?.entries.length ?? 0,
      language,
      usage: createTokenTotals(resumed?.usage).total(),
    },
  };

  const record = takenOver?.record ?? context.callRecords.of(callSid);
  const events = createCallEvents(context.messaging, businessId, callSid);
  const onFenced = () => leaving.abandon();
  const isOursForSure = () =>
    !isLeft() &&
    !housing.isWakingUp() &&
    !loop.doubting() &&
    line.current() !== undefined &&
    streamWatch.isHeard(clock.monotonicMs());
  // Begun in the turn of another call's, it still belongs to this one in every log and trace.
  const soon = (begin: () => void) => context.soon(() => inCall(begin));
  const journal = createCallJournal(
    { clock, log, metrics, record, events, soon, isOurs: isOursForSure, onFenced },
    parties,
    (ms) => callClock.at(ms),
  );
  const whoseCall = () => inCall(() => journal.check());
  const loop = createCallLoop({
    ...{ clock, session, whoseCall },
    isWakingUp: () => housing.isWakingUp(),
    carryOut: (decision) => carryOut(hands, decision),
    onSettled: () => voice.settle(),
    onFailure: (error) => leaving.fail(error),
  });
  const { handle } = loop;

  const measures = createCallMeasures(metrics, clock);
  const timers = createCallTimers(clock, (timer) => handle({ kind: 'timer', timer }));
  const voice = new CallVoice({
    session,
    // Opened again from a timer, it still belongs to the call in every log and trace.
    openEngine: (onEvent) => inCall(() => context.openEngine(log, onEvent)),
    onEvent: engineSaid,
    isInDoubt: loop.doubting,
    onDropped: () => metrics.audioDropped.inc({ to: 'model' }),
  });
  const line = createCallerLine({
    handle,
    onStarted() {
      callerAudio.restart();
      streamWatch.restart();
    },
  });
  const streamWatch = new StreamWatch({
    pulse: context.streamLooks,
    isWatched: () => session.phase() === 'talking' && !loop.doubting() && !loop.stopped(),
    ask: (mark) => line.current()?.mark(mark),
    onSilent() {
      log.warn({ event: 'media_stream.silent', call_sid: callSid }, 'nothing comes through the stream any more');
      line.drop();
    },
  });
  const callerAudio = new CallerAudio({ clock, looks: context.audioLooks, session, watch: streamWatch, voice });
  const leaving = createLeaving({ context, callSid, state, line, loop, voice, timers, journal });
  const streamAgain = createStreamAgain({
    ...{ context, reservation, whoseCall },
    isWaiting: () => !loop.stopped() && session.phase() === 'detached',
    onCallOver: over,
  });
  const askTool = createToolRunner(context, { callSid, businessId }, journal);
  const hands: Hands = {
    ...{ callSid, log, metrics, state, line, voice, timers, journal, measures, leaving, streamAgain, inCall },
    runTool: async (tool) => {
      handle({ kind: 'tool_result', toolCallId: tool.toolCallId, result: await askTool(tool) });
    },
  };

  function over(): void {
    handle({ kind: 'stream_stopped' });
  }

  function engineSaid(event: EngineEvent): void {
    if (event.kind === 'speech_started') measures.timeBargeIn(() => handle({ kind: 'engine', event }));
    else handle({ kind: 'engine', event });
  }

  log.info({ event: 'call.reserved', business: businessId, from: maskPhone(from) }, 'call reserved');
  if (takenOver) journal.resumed(takenOver);
  else {
    const owner = { podId: config.podId, address: housing.address };
    const begun = { version: 1, phase: 'reserved', reservedAt: reservedAt.toString() } as const;
    journal.reserved({ ...begun, ...parties, businessId, owner, pendingTools: [] });
  }
  voice.open();
  const isOurs = async () => {
    if (isOursForSure()) return true;
    await whoseCall();
    return !journal.fenced();
  };
  const ofCall = { businessId, callSid, line: reservation.line };
  const lineKept = keepLine({ ...context, soon }, ofCall, { isOurs, over: leaving.over });
  handle({ kind: 'reserved' });
  const { attestation } = reservation;
  const wanted = { businessId, phone: from, attestation, trust: profile.callerTrust, language };
  void withSpan('media-bridge pre-warm', {}, () =>
    loadCallContext(context, log, wanted, (part, complete) => handle({ kind: 'context', context: part, complete })),
  );

  const isLeft = () => state.next !== undefined || loop.stopped() || state.handedOver;
  return {
    callSid,
    accountSid: reservation.twilioAccountSid,
    connect: (connected) => line.connect(connected),
    admits: (reservationId) => !isLeft() && streamAgain.admits(reservationId),
    expect: (reservationId) => streamAgain.expect(reservationId),
    over,
    doubt: () => loop.doubt(),
    callerAudio,
    receive(input) {
      streamWatch.sign(clock.monotonicMs());
      // Twilio ends a stream properly when it is told to leave it, which was our doing then.
      const ours = input.kind === 'stream_stopped' && streamAgain.wasRedirected();
      if (ours || input.kind === 'stream_lost') line.lost();
      else handle(input);
    },
    next() {
      return isLeft() ? state.next : { kind: 'stream' as const, reservationId: streamAgain.reservationId() };
    },
    ended: leaving.over,
    written: leaving.over.then(async () => {
      streamWatch[Symbol.dispose]();
      callerAudio[Symbol.dispose]();
      await journal.idle();
      if (!journal.fenced() && !state.handedOver) await lineKept.release();
    }),
  };
}
