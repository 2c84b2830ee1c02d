/**
 * One call as a machine: what happened goes in, what to do comes out. It holds no socket, timer or clock.
 *
 * Life: reserved → talking ⇄ detached → closing → ended. Reserved, the engine is opened, told who calls and asked to
 * greet, while Twilio is still setting up; what it says waits. Talking begins with Twilio's stream; a stream lost
 * without a word leaves the call detached, until another one comes or a short time is over. Closing begins when the line
 * is put down by either side, and lasts until the last words are recognised and the last tools have answered, or a short
 * deadline. A call handed over ends without closing: it goes on in another bridge.
 *
 * This file joins the modules of a call and says who takes in what:
 *   line-life      streams: awaited, there, lost, found again     silence       fillers, "are you still there?", goodbyes
 *   engine-life    engine sessions: lost, stalled, replaced       caller-turns  interruptions, and what is answered
 *   engine-events  what the engine says                           tool-calls    tools asked for and answered
 *   asking         what the engine is asked to say                hand-over     leaving the call to another bridge
 *   ending         goodbyes, the longest a call may last, the line put down, the end
 *
 * Invariants: caller audio reaches the engine only between its configuration and the end; every tool call is answered
 * once; every turn is handed out before `ended`; nothing is decided after `ended`.
 */
import { createAsking } from './asking.ts';
import type { CallDecision, CallInput, TimerName } from './call-decision.ts';
import { createCallState, type Life } from './call-state.ts';
import { TRANSCRIPTION_DEADLINE_MS } from './caller-speech.ts';
import { createCallerTurns } from './caller-turns.ts';
import { createEnding } from './ending.ts';
import { createEngineEvents } from './engine-events.ts';
import { createEngineLife } from './engine-life.ts';
import { createHandOver } from './hand-over.ts';
import { KEYPAD_PAUSE_MS, keypadNote } from './keypad.ts';
import { createLineLife } from './line-life.ts';
import { CLOCK_MS } from './prewarm.ts';
import type { SessionFacts } from './session-facts.ts';
import { createSilence } from './silence.ts';
import { createToolCalls } from './tool-calls.ts';

export interface CallSession {
  handle(input: CallInput, nowMs: number): CallDecision[];
  /**
   * Whether caller audio goes to the engine now. Asked for every frame: so it is not an input, and it is worked out when
   * something happens instead of when it is asked for.
   */
  readonly hearsCaller: boolean;
  /** Whether caller audio should be kept for an engine that is being opened. */
  readonly holdsCaller: boolean;
  /** The caller is speaking: what the line loses of it is heard as silence. */
  readonly callerSpeaks: boolean;
  phase(): Life['phase'];
}

export function createCallSession(facts: SessionFacts): CallSession {
  const call = createCallState(facts);
  const { prewarm, speech, caller, turns, keypad, pauses, decide, tell } = call;
  const isTalking = () => call.life.phase === 'talking';
  const expectWords = () => engine.expectWords();
  /** The caller was in the middle of a conversation, and the engine is not there yet. */
  const isTakenOver = () => facts.resumed !== undefined && prewarm.state() !== 'ready' && prewarm.state() !== 'lost';
  const asking = createAsking({ call, expectWords, onUseless: (nowMs, final) => engine.lost(nowMs, final) });
  const { ask, askGoodbye, goOn } = asking;
  const ending = createEnding(call, asking);
  const onReattached = () => {
    if (!ending.goodbyeAgain()) engine.sayOn('line_gap');
  };
  const line = createLineLife({ call, ending, onReattached });
  const { play } = line;
  const engine = createEngineLife({
    ...{ ...call, ask, goOn, play, isTalking },
    ...{ goodbyeAgain: ending.goodbyeAgain, onGivenUp: ending.fallBack },
  });
  const callerTurns = createCallerTurns({ ...call, play, expectWords, isTalking });
  const tools = createToolCalls(call, ending, { ask, expectWords });
  const engineSaid = createEngineEvents({ call, engine, asking, callerTurns, tools, line, ending });
  const silence = createSilence({
    ...{ call, ending, ask, askGoodbye },
    owing: () => engine.owing(),
    callerHeardMs: () => callerTurns.heardAtMs(),
  });
  const handOver = createHandOver({
    call,
    owing: () => engine.owing(),
    silent: () => silence.isLasting(),
    pressesKeys: () => keypad.open(),
  });

  function keysPaused(): void {
    // A session that is being opened would take them for something it was restored with, and answer nothing.
    if (isTalking() && prewarm.state() !== 'ready') {
      decide({ kind: 'set_timer', timer: 'keypad', ms: KEYPAD_PAUSE_MS });
      return;
    }
    const digits = keypad.take();
    if (digits === '' || call.life.phase === 'closing') return;
    expectWords();
    tell({ kind: 'note', text: keypadNote(digits) });
  }

  function timerFired(timer: TimerName, nowMs: number): void {
    switch (timer) {
      case 'never_connected':
      case 'nudge':
      case 'detached':
      case 'playback':
        line.timerFired(timer, nowMs);
        return;
      case 'engine_ready':
      case 'engine_retry':
      case 'engine_stalled':
      case 'engine_limit':
        engine.timerFired(timer, nowMs);
        return;
      case 'ask_again':
        asking.askAgain();
        return;
      case 'goodbye':
      case 'max_length':
      case 'length_warning':
      case 'settle':
        ending.timerFired(timer, nowMs);
        return;
      case 'hand_over':
        handOver.now(nowMs);
        return;
      case 'context':
        decide(...prewarm.contextOverdue(nowMs));
        return;
      case 'transcription':
        caller.giveUp(nowMs, false);
        if (caller.pending() > 0) decide({ kind: 'set_timer', timer: 'transcription', ms: TRANSCRIPTION_DEADLINE_MS });
        return;
      case 'keypad':
        keysPaused();
        return;
      case 'interruption':
        callerTurns.overdue(nowMs);
        return;
      case 'pause':
        silence.over(nowMs);
        return;
      case 'clock':
        if (call.life.phase === 'closing') return;
        decide(...prewarm.clockTicked(nowMs), { kind: 'set_timer', timer: 'clock', ms: CLOCK_MS });
        return;
      default:
        timer satisfies never;
    }
  }

  function receive(input: CallInput, nowMs: number): void {
    switch (input.kind) {
      case 'reserved':
        line.awaited();
        decide(...prewarm.reserved());
        engine.settle(nowMs);
        return;
      case 'context':
        decide(...prewarm.contextCame(input.context, input.complete, nowMs));
        return;
      case 'stream_started':
        line.started(nowMs);
        return;
      case 'mark':
        speech.markReturned(input.name, nowMs);
        return;
      case 'dtmf':
        pauses.sign();
        if (keypad.press(input.digit, nowMs)) decide({ kind: 'set_timer', timer: 'keypad', ms: KEYPAD_PAUSE_MS });
        else decide({ kind: 'measured', measure: { what: 'dropped_key' } });
        return;
      case 'stream_stopped':
        ending.hangUp('caller_hung_up', nowMs);
        return;
      case 'stream_lost':
        line.lost(nowMs);
        return;
      case 'hand_over':
        handOver.wanted(nowMs);
        return;
      case 'evicted':
        ending.hangUp(input.reason, nowMs, { kind: 'apology' });
        return;
      case 'engine':
        engineSaid(input.event, nowMs);
        if (input.event.kind === 'response_done' && input.event.status === 'completed') keypad.answered();
        return;
      case 'tool_result':
        tools.answered(input.toolCallId, input.result, nowMs);
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
    ending.conclude(nowMs);
    if (isTalking()) engine.replaceIfDue(() => silence.isComplete(nowMs), nowMs);
    handOver.conclude(nowMs);
    if (call.life.phase === 'ended') return;
    engine.conclude(nowMs);
    if (isTalking()) decide(...prewarm.heard(nowMs));
    call.handOutEntries();
    tools.conclude();
    silence.conclude(nowMs);
  }

  /**
   * Half of all that comes, and nothing follows from it: words, before they sound or end; and more of an answer that the
   * caller is hearing, which only lasts longer by it.
   */
  function changesNothing({ event }: Extract<CallInput, { kind: 'engine' }>): boolean {
    if (event.kind === 'words') return true;
    return event.kind === 'audio' && speech.spokeIn(event.responseId) && !speech.allHeard();
  }

  const session = {
    hearsCaller: false,
    holdsCaller: false,
    callerSpeaks: false,
    handle(input: CallInput, nowMs: number) {
      if (call.life.phase === 'ended') return [];
      const isMore = input.kind === 'engine' && changesNothing(input);
      receive(input, nowMs);
      if (isMore) return engine.fit(call.take());
      conclude(nowMs);
      session.hearsCaller = prewarm.state() === 'ready' && isTalking();
      session.holdsCaller = (engine.recovering() || isTakenOver()) && isTalking();
      session.callerSpeaks = turns.callerSpeaking() && isTalking();
      return engine.fit(call.take());
    },
    phase() {
      return call.life.phase;
    },
  };
  return session;
}
