/**
 * One call as a machine: what happened goes in, what to do comes out. It holds no socket, timer or clock.
 *
 * Life: reserved → talking ⇄ detached → closing → ended. Reserved, the engine is opened, told who calls and asked to
 * greet, while Twilio is still setting up; what it says waits. Talking begins with Twilio's stream; a stream lost
 * without a word leaves the call detached, until another one comes or a short time is over. Closing begins when the line
 * is put down by either side, and lasts until the last words are recognised and the last tools have answered, or a short
 * deadline. A call handed over ends without closing: it goes on in another bridge. Each piece of the conversation has
 * its own module; this one joins them.
 *
 * Invariants: caller audio reaches the engine only between its configuration and the end; every tool call is answered
 * once; every turn is handed out before `ended`; nothing is decided after `ended`.
 */
import type { EndReason } from '@frontdesk/contracts/events/call';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import { createAppointmentHandles } from './appointment-handles.ts';
import type { CallDecision, CallInput, TimerName, ToolResult } from './call-decision.ts';
import { callerIdOf } from './caller-context.ts';
import { createCallerSpeech, TRANSCRIPTION_DEADLINE_MS } from './caller-speech.ts';
import { createCallerTurns } from './caller-turns.ts';
import { createEngineLife } from './engine-life.ts';
import { RECOVER_WITHIN_MS } from './engine-recovery.ts';
import { createFarewells } from './farewell.ts';
import { createGoodbye, GOODBYE_DEADLINE_MS, GOODBYE_ECHO_MS } from './goodbye.ts';
import { nobodyThere, oneMinuteLeft, oneMoment, sayGoodbye, stillThere, timeIsUp } from './instructions.ts';
import { createInterruption } from './interruption.ts';
import { createKeypad, KEYPAD_PAUSE_MS, keypadNote } from './keypad.ts';
import { createPauses, type Pause } from './pauses.ts';
import { CLOCK_MS, createPrewarm } from './prewarm.ts';
import { createReceptionistSpeech, ECHO_GRACE_MS } from './receptionist-speech.ts';
import type { SessionFacts } from './session-facts.ts';
import { createSlotHandles } from './slot-handles.ts';
import { createSpokenLanguage } from './spoken-language.ts';
import { spokenNow } from './spoken-time.ts';
import { createTokenTotals } from './token-totals.ts';
import { createToolDesk, type ToolCall } from './tool-desk.ts';
import type { ToolScene } from './tools/tool.ts';
import { createTranscript } from './transcript.ts';
import { createTurnTaking } from './turn-taking.ts';
import type { EngineCommand, EngineEvent, ResponseStatus } from './voice-engine.ts';

/** A reservation whose stream never comes is given up. */
export const NEVER_CONNECTED_MS = 20_000;
/** After the line is down, the last words and tool results are waited for this long. */
export const SETTLE_WORDS_MS = 1_500;
export const SETTLE_TOOLS_MS = 5_000;
/** A call whose stream was lost is kept this long, and Twilio is told after this time to ask what comes next. */
export const DETACHED_MS = 10_000;
export const NUDGE_AFTER_MS = 1_000;
/** So long after the caller's last sign nothing of it is under way any more. */
const CALLER_QUIET_MS = 500;
/** A call that is to be handed over may wait this long for a pause. */
export const HAND_OVER_WITHIN_MS = 8_000;
/** The caller is told this long before the longest a call may last, or when half of it is over. */
export const WARNED_BEFORE_MS = 60_000;
/** How often audio that should come is looked for. */
const CALLER_MEDIA_CHECK_MS = 250;
/** Responses the engine may fail in a row. */
const MAX_REFUSALS = 2;

type Life =
  | { phase: 'reserved' }
  | { phase: 'talking'; startedAtMs: number; spoke: boolean }
  | { phase: 'detached'; startedAtMs: number }
  | { phase: 'closing'; reason: EndReason; startedAtMs: number; endedAtMs: number }
  | { phase: 'ended' };

export interface CallSession {
  handle(input: CallInput, nowMs: number): CallDecision[];
  /** Whether caller audio goes to the engine now. Asked for every frame, so it is not an input. */
  readonly hearsCaller: boolean;
  /** Whether caller audio should be kept for an engine that is being opened. */
  readonly holdsCaller: boolean;
  readonly phase: Life['phase'];
}

export function createCallSession(facts: SessionFacts): CallSession {
  const { profile, resumed } = facts;
  const transcript = createTranscript(resumed?.entries);
  const speech = createReceptionistSpeech(transcript, profile.agent.turnTaking === 'robust');
  const caller = createCallerSpeech(transcript);
  const desk = createToolDesk(transcript);
  const slots = createSlotHandles(resumed?.offers);
  const appointments = createAppointmentHandles(resumed?.appointments);
  const prewarm = createPrewarm(facts, slots, appointments);
  const turns = createTurnTaking();
  const goodbye = createGoodbye();
  const keypad = createKeypad();
  const interruption = createInterruption();
  const pauses = createPauses();
  const farewells = createFarewells(resumed?.entries);
  const language = createSpokenLanguage(profile.agent.languages, resumed?.entries);
  const tokens = createTokenTotals();
  const warnedAfterMs = Math.max(profile.maxCallMs - WARNED_BEFORE_MS, profile.maxCallMs / 2);
  let life: Life = { phase: 'reserved' };
  let refusals = 0;
  let lastAsked: string | undefined;
  let handingOver = false;
  let callerHeardMs = Number.NEGATIVE_INFINITY;
  let spokenOf = appointments.known.length;
  let clockRuns = false;
  let out: CallDecision[] = [];
  const engine = createEngineLife({
    ...{ facts, prewarm, speech, caller, turns, interruption, desk, goodbye, transcript, decide, tell, ask, play },
    isTalking: () => life.phase === 'talking',
    onGivenUp: fallBack,
  });
  const callerTurns = createCallerTurns({
    ...{ facts, speech, caller, turns, interruption, pauses, goodbye, desk, decide, tell, play },
    expectWords: () => engine.expectWords(),
    isTalking: () => life.phase === 'talking',
  });

  function decide(...decisions: CallDecision[]): void {
    out.push(...decisions);
  }

  function tell(command: EngineCommand): void {
    if (prewarm.state !== 'lost') decide({ kind: 'engine', command });
  }

  function ask(instructions?: string): void {
    lastAsked = instructions;
    engine.expectWords();
    tell({ kind: 'respond', ...(instructions ? { instructions } : {}) });
  }

  function scene(nowMs: number): ToolScene {
    const now = spokenNow(facts.clock.at(nowMs), profile.timeZone);
    const { callSid, phone, attestation } = facts;
    return { callSid, phone, attestation, trust: profile.callerTrust, slots, appointments, language, now };
  }

  function streamStarted(nowMs: number): void {
    if (life.phase === 'detached') {
      reattached(nowMs);
      return;
    }
    if (life.phase !== 'reserved') return;
    const startedAtMs = resumed?.startedAtMs ?? nowMs;
    life = { phase: 'talking', startedAtMs, spoke: false };
    const callerId = callerIdOf(prewarm.context.caller);
    decide(
      { kind: 'cancel_timer', timer: 'never_connected' },
      { kind: 'set_timer', timer: 'max_length', ms: Math.max(0, startedAtMs + profile.maxCallMs - nowMs) },
      { kind: 'set_timer', timer: 'length_warning', ms: Math.max(0, startedAtMs + warnedAfterMs - nowMs) },
    );
    if (resumed?.startedAtMs === undefined) decide({ kind: 'started', atMs: nowMs, ...(callerId ? { callerId } : {}) });
    if (prewarm.state === 'lost') {
      fallBack(nowMs);
      return;
    }
    // The caller is there and hears nothing: the patience of the telephone network is no measure any more.
    if (prewarm.state !== 'ready') decide({ kind: 'set_timer', timer: 'engine_ready', ms: RECOVER_WITHIN_MS });
    play(speech.startPlaying(nowMs), nowMs);
  }

  /** Sends audio, and notes how long the caller waited for it. */
  function play(decisions: CallDecision[], nowMs: number): void {
    decide(...decisions);
    if (life.phase !== 'talking' || !decisions.some((decision) => decision.kind === 'play')) return;
    if (!life.spoke) {
      life.spoke = true;
      decide({ kind: 'measured', measure: { what: 'first_audio', ms: nowMs - life.startedAtMs } });
    }
    const repliedMs = turns.replied(nowMs);
    if (repliedMs !== undefined) decide({ kind: 'measured', measure: { what: 'turn_response', ms: repliedMs } });
    if (decisions.some((decision) => decision.kind === 'mark')) watchPlayback(nowMs);
  }

  /** Should the echoes never come, what was sent counts as heard. */
  function watchPlayback(nowMs: number): void {
    decide({ kind: 'set_timer', timer: 'playback', ms: speech.unplayedMs(nowMs) + ECHO_GRACE_MS });
  }

  function toolCalled(call: ToolCall, nowMs: number): void {
    const { decisions, endsCall } = desk.called(call, scene(nowMs), nowMs);
    decide(...decisions);
    if (!endsCall) return;
    if (goodbye.called(call.responseId, call.toolCallId)) {
      decide({ kind: 'set_timer', timer: 'goodbye', ms: GOODBYE_DEADLINE_MS });
    } else {
      decide(...desk.answer(call.toolCallId, { ok: true }, nowMs));
    }
  }

  function toolAnswered(toolCallId: string, result: ToolResult, nowMs: number): void {
    // A goodbye needs no more words; what was learnt is there if the caller takes it back.
    const heard = life.phase === 'talking' || life.phase === 'reserved';
    const spoken = heard && goodbye.reason === undefined;
    decide(...desk.result(toolCallId, result, scene(nowMs), nowMs, spoken));
  }

  function responseDone(responseId: string, status: ResponseStatus, nowMs: number): void {
    turns.responseDone(responseId);
    play(speech.responseDone(responseId, nowMs), nowMs);
    if (status === 'failed') {
      refused(nowMs);
      return;
    }
    refusals = 0;
    lastAsked = undefined;
    engine.responseDone(status === 'completed');
    const spoke = speech.spokeIn(responseId) && status !== 'cancelled';
    const step = goodbye.responseDone(responseId, spoke);
    if (step.answer) decide(...desk.answer(step.answer, { ok: true }, nowMs));
    if (step.askToSpeak) ask(sayGoodbye);
    if (step.said) {
      decide({ kind: 'set_timer', timer: 'goodbye', ms: speech.unplayedMs(nowMs) + GOODBYE_ECHO_MS });
    }
  }

  /** The engine would not answer. Asked again; an engine that keeps refusing is as good as lost. */
  function refused(nowMs: number): void {
    refusals += 1;
    decide({ kind: 'degraded', reason: 'model_refused', atMs: nowMs });
    if (refusals > MAX_REFUSALS) {
      refusals = 0;
      engine.lost(nowMs);
      return;
    }
    ask(lastAsked);
  }

  /** No engine for this call: whoever the business wants its callers to have instead. */
  function fallBack(nowMs: number): void {
    if (life.phase === 'talking' || life.phase === 'detached') hangUp('model_lost', nowMs, profile.fallback);
  }

  function streamLost(nowMs: number): void {
    if (life.phase === 'reserved') decide({ kind: 'detached' });
    if (life.phase !== 'talking') return;
    life = { phase: 'detached', startedAtMs: life.startedAtMs };
    const { activeResponseId } = turns;
    if (activeResponseId !== undefined) tell({ kind: 'cancel' });
    decide(...speech.detach(activeResponseId, nowMs));
    const { waiting } = goodbye;
    if (waiting) decide(...desk.answer(waiting, { ok: false, message: 'The line was interrupted.' }, nowMs));
    goodbye.takenBack();
    decide(
      { kind: 'cancel_timer', timer: 'goodbye' },
      { kind: 'cancel_timer', timer: 'playback' },
      { kind: 'set_timer', timer: 'nudge', ms: NUDGE_AFTER_MS },
      { kind: 'set_timer', timer: 'detached', ms: DETACHED_MS },
      { kind: 'detached' },
    );
  }

  /** The caller is back, on another stream. What they missed is said again by the model, which knows what was heard. */
  function reattached(nowMs: number): void {
    if (life.phase !== 'detached') return;
    life = { phase: 'talking', startedAtMs: life.startedAtMs, spoke: true };
    decide({ kind: 'cancel_timer', timer: 'nudge' }, { kind: 'cancel_timer', timer: 'detached' });
    play(speech.startPlaying(nowMs), nowMs);
    if (prewarm.state === 'ready') engine.sayOn('line_gap');
  }

  /** Everything is said, heard and answered: nobody notices what happens now. */
  function isQuiet(nowMs: number): boolean {
    return (
      !engine.owing &&
      turns.activeResponseId === undefined &&
      !turns.callerSpeaking &&
      // What the caller said may be on its way between two events.
      nowMs - callerHeardMs > CALLER_QUIET_MS &&
      caller.pending === 0 &&
      desk.running === 0 &&
      goodbye.reason === undefined &&
      speech.allHeard
    );
  }

  /** The record keeps all there is of the conversation; what tools still do is settled by whoever claims it. */
  function handOver(nowMs: number): void {
    if (life.phase === 'closing' || life.phase === 'ended') return;
    if (life.phase === 'talking') speech.hangUp(nowMs);
    caller.giveUp(nowMs, true);
    desk.leave();
    handOutEntries();
    life = { phase: 'ended' };
    decide({ kind: 'handed_over' });
  }

  function hangUp(reason: EndReason, nowMs: number, next?: NextStep): void {
    if (life.phase === 'closing' || life.phase === 'ended') return;
    const startedAtMs = life.phase === 'reserved' ? facts.reservedAtMs : life.startedAtMs;
    life = { phase: 'closing', reason, startedAtMs, endedAtMs: nowMs };
    speech.hangUp(nowMs);
    if (goodbye.waiting) decide(...desk.answer(goodbye.waiting, { ok: true }, nowMs));
    decide({ kind: 'close_stream', reason, ...(next ? { next } : {}) });
    if (turns.callerSpeaking) tell({ kind: 'finish_hearing' });
    decide({ kind: 'set_timer', timer: 'settle', ms: desk.running > 0 ? SETTLE_TOOLS_MS : SETTLE_WORDS_MS });
  }

  function end(nowMs: number): void {
    if (life.phase !== 'closing') return;
    const { reason, startedAtMs, endedAtMs } = life;
    caller.giveUp(nowMs, true);
    desk.abandon(nowMs);
    handOutEntries();
    life = { phase: 'ended' };
    const callerId = callerIdOf(prewarm.context.caller);
    const { count: entries } = transcript;
    const length = { reason, startedAtMs, endedAtMs, entries };
    const { tag } = language;
    const ending = { ...length, language: tag, usage: tokens.total, ...(callerId ? { callerId } : {}) };
    decide({ kind: 'ended', ending });
  }

  function handOutEntries(): void {
    for (const entry of transcript.take()) {
      if (entry.kind === 'turn') farewells.turn(entry);
      decide({ kind: 'entry', entry });
    }
  }

  /** The pause the call is in, when nobody speaks, nothing is being generated and all was heard. */
  function pauseNow(): Pause | undefined {
    if (life.phase !== 'talking' || prewarm.state !== 'ready' || goodbye.reason !== undefined) return undefined;
    if (turns.callerSpeaking || interruption.open || engine.owing) return undefined;
    if (turns.activeResponseId !== undefined || !speech.allHeard) return undefined;
    if (desk.running > 0) return 'tool';
    return farewells.both ? 'farewell' : 'silence';
  }

  function pauseOver(nowMs: number): void {
    const step = pauses.over();
    switch (step) {
      case 'filler':
        ask(oneMoment);
        return;
      case 'ask_still_there':
        ask(stillThere);
        return;
      case 'give_up':
        goodbye.asked('caller_silent', turns.activeResponseId);
        decide({ kind: 'set_timer', timer: 'goodbye', ms: GOODBYE_DEADLINE_MS });
        ask(nobodyThere);
        return;
      case 'hang_up':
        hangUp('goodbye', nowMs);
        return;
      case undefined:
        return;
      default:
        step satisfies never;
    }
  }

  function engineSaid(event: EngineEvent, nowMs: number): void {
    switch (event.kind) {
      case 'connected':
        decide(...prewarm.connected(nowMs));
        return;
      case 'ready':
        engine.ready(nowMs);
        if (!clockRuns) decide({ kind: 'set_timer', timer: 'clock', ms: CLOCK_MS });
        clockRuns = true;
        return;
      case 'response_started':
        engine.expectWords();
        callerTurns.responseStarted(event.responseId, nowMs);
        return;
      case 'audio':
        play(speech.audio(event, nowMs), nowMs);
        return;
      case 'words':
        speech.words(event.responseId, event.itemId, event.delta);
        return;
      case 'words_done':
        speech.wordsDone(event.responseId, event.itemId, event.text);
        return;
      case 'item_done':
        play(speech.itemDone(event.itemId, nowMs), nowMs);
        return;
      case 'tool_call':
        toolCalled(event, nowMs);
        return;
      case 'response_done':
        tokens.add(event.usage);
        responseDone(event.responseId, event.status, nowMs);
        return;
      case 'speech_started':
        callerTurns.speechStarted(event.itemId, nowMs);
        return;
      case 'speech_stopped':
        callerTurns.speechStopped(event.itemId, event.speechMs, nowMs);
        if (profile.agent.turnTaking === 'server') engine.expectWords();
        callerHeardMs = nowMs;
        return;
      case 'caller_turn':
        callerTurns.heardOut(event.itemId, nowMs);
        callerHeardMs = nowMs;
        return;
      case 'caller_words':
        callerTurns.words(event.itemId, event.text, nowMs);
        return;
      case 'caller_unintelligible':
        callerTurns.words(event.itemId, undefined, nowMs);
        return;
      case 'refused':
        refused(nowMs);
        return;
      case 'lost':
        if (life.phase === 'closing') end(nowMs);
        else engine.lost(nowMs, event.final);
        return;
      default:
        event satisfies never;
    }
  }

  /** After the line is down only what completes the record still counts. */
  function engineSaidLate(event: EngineEvent, nowMs: number): void {
    if (event.kind === 'response_done') tokens.add(event.usage);
    if (event.kind === 'caller_turn') {
      turns.speechStopped(nowMs);
      caller.heardOut(event.itemId, nowMs);
    }
    if (event.kind === 'caller_words' || event.kind === 'caller_unintelligible' || event.kind === 'lost') {
      engineSaid(event, nowMs);
    }
  }

  function timerFired(timer: TimerName, nowMs: number): void {
    switch (timer) {
      case 'never_connected':
        if (life.phase === 'reserved') hangUp('never_connected', nowMs);
        return;
      case 'engine_ready':
      case 'engine_retry':
      case 'engine_stalled':
      case 'engine_limit':
        engine.timerFired(timer, nowMs);
        return;
      case 'nudge':
        if (life.phase === 'detached') decide({ kind: 'redirect' });
        return;
      case 'detached':
        if (life.phase === 'detached') hangUp('stream_lost', nowMs);
        return;
      case 'hand_over':
        handOver(nowMs);
        return;
      case 'context':
        decide(...prewarm.contextOverdue(nowMs));
        return;
      case 'playback':
        speech.giveUpEchoes(nowMs);
        return;
      case 'transcription':
        caller.giveUp(nowMs, false);
        if (caller.pending > 0) decide({ kind: 'set_timer', timer: 'transcription', ms: TRANSCRIPTION_DEADLINE_MS });
        return;
      case 'keypad':
        tell({ kind: 'note', text: keypadNote(keypad.take()) });
        return;
      case 'goodbye':
        if (goodbye.reason === undefined) return;
        decide({ kind: 'degraded', reason: 'goodbye_unheard', atMs: nowMs });
        hangUp(goodbye.reason, nowMs);
        return;
      case 'max_length':
        if (life.phase !== 'talking') return;
        if (goodbye.waiting) decide(...desk.answer(goodbye.waiting, { ok: true }, nowMs));
        goodbye.asked('max_length', turns.activeResponseId);
        decide({ kind: 'set_timer', timer: 'goodbye', ms: GOODBYE_DEADLINE_MS });
        if (turns.activeResponseId !== undefined) tell({ kind: 'cancel' });
        decide(...speech.bargeIn(turns.activeResponseId, nowMs));
        ask(timeIsUp);
        return;
      case 'length_warning':
        if (life.phase === 'talking' && goodbye.reason === undefined) ask(oneMinuteLeft);
        return;
      case 'interruption':
        callerTurns.overdue(nowMs);
        return;
      case 'pause':
        pauseOver(nowMs);
        return;
      case 'caller_media':
        if (life.phase !== 'talking' || !turns.callerSpeaking) return;
        decide({ kind: 'check_caller_audio' }, { kind: 'set_timer', timer: 'caller_media', ms: CALLER_MEDIA_CHECK_MS });
        return;
      case 'clock':
        if (life.phase === 'closing') return;
        decide(...prewarm.clockTicked(nowMs), { kind: 'set_timer', timer: 'clock', ms: CLOCK_MS });
        return;
      case 'settle':
        end(nowMs);
        return;
      default:
        timer satisfies never;
    }
  }

  function receive(input: CallInput, nowMs: number): void {
    switch (input.kind) {
      case 'reserved':
        decide({ kind: 'set_timer', timer: 'never_connected', ms: NEVER_CONNECTED_MS }, ...prewarm.reserved());
        engine.settle(nowMs);
        return;
      case 'context':
        decide(...prewarm.contextCame(input.context, input.complete, nowMs));
        return;
      case 'stream_started':
        streamStarted(nowMs);
        return;
      case 'mark':
        speech.markReturned(input.name, nowMs);
        return;
      case 'dtmf':
        pauses.sign();
        if (keypad.press(input.digit)) decide({ kind: 'set_timer', timer: 'keypad', ms: KEYPAD_PAUSE_MS });
        else decide({ kind: 'measured', measure: { what: 'dropped_key' } });
        return;
      case 'stream_stopped':
        hangUp('caller_hung_up', nowMs);
        return;
      case 'stream_lost':
        streamLost(nowMs);
        return;
      case 'hand_over':
        if (life.phase === 'talking') decide({ kind: 'set_timer', timer: 'hand_over', ms: HAND_OVER_WITHIN_MS });
        else handOver(nowMs);
        handingOver = true;
        return;
      case 'evicted':
        hangUp(input.reason, nowMs, { kind: 'apology' });
        return;
      case 'engine':
        engine.said(nowMs);
        if (life.phase === 'closing') engineSaidLate(input.event, nowMs);
        else engineSaid(input.event, nowMs);
        return;
      case 'tool_result':
        toolAnswered(input.toolCallId, input.result, nowMs);
        return;
      case 'timer':
        timerFired(input.timer, nowMs);
        return;
      default:
        input satisfies never;
    }
  }

  /** What follows from the new state, whatever led to it. */
  function conclude(nowMs: number): void {
    if (goodbye.reason !== undefined && goodbye.isSaid && speech.allHeard && desk.running === 0) {
      hangUp(goodbye.reason, nowMs);
    }
    if (life.phase === 'closing' && !turns.callerSpeaking && caller.pending === 0 && desk.running === 0) end(nowMs);
    if (life.phase === 'talking') engine.replaceIfDue(isQuiet(nowMs), nowMs);
    if (handingOver && life.phase === 'talking' && isQuiet(nowMs)) handOver(nowMs);
    if (life.phase === 'ended') return;
    handOutEntries();
    if (slots.changes + appointments.known.length > spokenOf) {
      spokenOf = slots.changes + appointments.known.length;
      decide({ kind: 'offered', offers: slots.offers, appointments: appointments.known });
    }
    decide(...pauses.now(pauseNow()));
  }

  return {
    handle(input, nowMs) {
      if (life.phase === 'ended') return [];
      out = [];
      receive(input, nowMs);
      conclude(nowMs);
      return engine.fit(out);
    },
    get hearsCaller() {
      return prewarm.state === 'ready' && life.phase === 'talking';
    },
    get holdsCaller() {
      return engine.recovering && life.phase === 'talking';
    },
    get phase() {
      return life.phase;
    },
  };
}
