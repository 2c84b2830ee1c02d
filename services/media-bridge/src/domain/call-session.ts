/**
 * One call as a machine: what happened goes in, what to do comes out. It holds no socket, timer or clock.
 *
 * Life: reserved → talking → closing → ended. Reserved, the engine is opened, told who calls and asked to greet, while
 * Twilio is still setting up; what it says waits. Talking begins with Twilio's stream. Closing begins when the line is
 * put down by either side, and lasts until the last words are recognised and the last tools have answered, or a short
 * deadline. Each piece of the conversation has its own module; this one joins them.
 *
 * Invariants: caller audio reaches the engine only between its configuration and the end; every tool call is answered
 * once; every turn is handed out before `ended`; nothing is decided after `ended`.
 */
import type { EndReason } from '@frontdesk/contracts/events/call';
import type { CallDecision, CallInput, TimerName, ToolResult } from './call-decision.ts';
import { callerIdOf } from './caller-context.ts';
import { createCallerSpeech, TRANSCRIPTION_DEADLINE_MS } from './caller-speech.ts';
import { createGoodbye, GOODBYE_DEADLINE_MS, GOODBYE_ECHO_MS } from './goodbye.ts';
import { sayGoodbye, timeIsUp } from './instructions.ts';
import { createKeypad, KEYPAD_PAUSE_MS, keypadNote } from './keypad.ts';
import { createPrewarm } from './prewarm.ts';
import { createReceptionistSpeech, ECHO_GRACE_MS } from './receptionist-speech.ts';
import type { SessionFacts } from './session-facts.ts';
import { createSlotHandles } from './slot-handles.ts';
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
/** Responses the engine may fail in a row. */
const MAX_REFUSALS = 2;

type Life =
  | { phase: 'reserved' }
  | { phase: 'talking'; startedAtMs: number; spoke: boolean }
  | { phase: 'closing'; reason: EndReason; startedAtMs: number; endedAtMs: number }
  | { phase: 'ended' };

export interface CallSession {
  handle(input: CallInput, nowMs: number): CallDecision[];
  /** Whether caller audio goes to the engine now. Asked for every frame, so it is not an input. */
  readonly hearsCaller: boolean;
  readonly phase: Life['phase'];
}

export function createCallSession(facts: SessionFacts): CallSession {
  const { profile } = facts;
  const transcript = createTranscript();
  const speech = createReceptionistSpeech(transcript);
  const caller = createCallerSpeech(transcript);
  const desk = createToolDesk(transcript);
  const slots = createSlotHandles();
  const prewarm = createPrewarm(facts, slots);
  const turns = createTurnTaking();
  const goodbye = createGoodbye();
  const keypad = createKeypad();
  const tokens = createTokenTotals();
  let life: Life = { phase: 'reserved' };
  let refusals = 0;
  let lastAsked: string | undefined;
  let out: CallDecision[] = [];

  function decide(...decisions: CallDecision[]): void {
    out.push(...decisions);
  }

  function tell(command: EngineCommand): void {
    if (prewarm.state !== 'lost') decide({ kind: 'engine', command });
  }

  function ask(instructions?: string): void {
    lastAsked = instructions;
    tell({ kind: 'respond', ...(instructions ? { instructions } : {}) });
  }

  function scene(nowMs: number): ToolScene {
    const now = spokenNow(facts.clock.at(nowMs), profile.timeZone);
    const { callSid, phone, attestation } = facts;
    return { callSid, phone, attestation, trust: profile.callerTrust, slots, now };
  }

  function streamStarted(nowMs: number): void {
    if (life.phase !== 'reserved') return;
    life = { phase: 'talking', startedAtMs: nowMs, spoke: false };
    const callerId = callerIdOf(prewarm.context.caller);
    decide(
      { kind: 'cancel_timer', timer: 'never_connected' },
      { kind: 'set_timer', timer: 'max_length', ms: profile.maxCallMs },
      { kind: 'started', atMs: nowMs, ...(callerId ? { callerId } : {}) },
    );
    if (prewarm.state === 'lost') {
      engineLost(nowMs);
      return;
    }
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

  function speechStarted(itemId: string, nowMs: number): void {
    turns.speechStarted();
    caller.started(itemId, nowMs);
    const { waiting } = goodbye;
    if (goodbye.takenBack()) {
      decide({ kind: 'cancel_timer', timer: 'goodbye' });
      if (waiting) decide(...desk.answer(waiting, { ok: false, message: 'The caller speaks again. Go on.' }, nowMs));
    }
    const cut = speech.bargeIn(turns.activeResponseId, nowMs);
    decide(...cut);
    if (cut.some((decision) => decision.kind === 'clear')) decide({ kind: 'measured', measure: { what: 'barge_in' } });
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
    const spoken = life.phase === 'talking' && goodbye.reason === undefined;
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
      engineLost(nowMs);
      return;
    }
    ask(lastAsked);
  }

  /** The place where a lost engine is replaced. Until then the call ends here, and the business is told. */
  function engineLost(nowMs: number): void {
    const first = prewarm.state !== 'lost';
    prewarm.lost();
    if (first) decide({ kind: 'degraded', reason: 'model_lost', atMs: nowMs });
    if (life.phase === 'talking') hangUp('model_lost', nowMs);
    else if (life.phase === 'closing') end(nowMs);
  }

  function hangUp(reason: EndReason, nowMs: number): void {
    if (life.phase !== 'reserved' && life.phase !== 'talking') return;
    const startedAtMs = life.phase === 'talking' ? life.startedAtMs : facts.reservedAtMs;
    life = { phase: 'closing', reason, startedAtMs, endedAtMs: nowMs };
    speech.hangUp(nowMs);
    if (goodbye.waiting) decide(...desk.answer(goodbye.waiting, { ok: true }, nowMs));
    decide({ kind: 'close_stream', reason });
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
    const ending = { reason, startedAtMs, endedAtMs, entries, usage: tokens.total, ...(callerId ? { callerId } : {}) };
    decide({ kind: 'ended', ending });
  }

  function handOutEntries(): void {
    for (const entry of transcript.take()) decide({ kind: 'entry', entry });
  }

  function engineReady(): void {
    const { decisions, greeting } = prewarm.configured();
    decide(...decisions);
    if (greeting !== undefined) ask(greeting);
  }

  function engineSaid(event: EngineEvent, nowMs: number): void {
    switch (event.kind) {
      case 'connected':
        decide(...prewarm.connected(nowMs));
        return;
      case 'ready':
        engineReady();
        return;
      case 'response_started':
        turns.responseStarted(event.responseId);
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
        speechStarted(event.itemId, nowMs);
        return;
      case 'speech_stopped':
        turns.speechStopped(nowMs);
        caller.stopped(event.itemId, nowMs);
        return;
      case 'caller_turn':
        caller.heardOut(event.itemId, nowMs);
        decide({ kind: 'set_timer', timer: 'transcription', ms: TRANSCRIPTION_DEADLINE_MS });
        return;
      case 'caller_words':
        caller.recognised(event.itemId, event.text, nowMs);
        return;
      case 'caller_unintelligible':
        caller.unintelligible(event.itemId, nowMs);
        return;
      case 'refused':
        refused(nowMs);
        return;
      case 'lost':
        engineLost(nowMs);
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
        if (prewarm.state !== 'ready') engineLost(nowMs);
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
        if (keypad.press(input.digit)) decide({ kind: 'set_timer', timer: 'keypad', ms: KEYPAD_PAUSE_MS });
        return;
      case 'stream_stopped':
        hangUp('caller_hung_up', nowMs);
        return;
      case 'stream_lost':
        hangUp('stream_lost', nowMs);
        return;
      case 'evicted':
        hangUp(input.reason, nowMs);
        return;
      case 'engine':
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
    if (life.phase !== 'ended') handOutEntries();
  }

  return {
    handle(input, nowMs) {
      if (life.phase === 'ended') return [];
      out = [];
      receive(input, nowMs);
      conclude(nowMs);
      return out;
    },
    get hearsCaller() {
      return prewarm.state === 'ready' && life.phase === 'talking';
    },
    get phase() {
      return life.phase;
    },
  };
}
