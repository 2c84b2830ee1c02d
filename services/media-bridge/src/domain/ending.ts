/**
 * How a call ends: after a goodbye that was heard, at the end of its time, because the caller or the line is gone, or
 * because no engine can be had. First the line is put down; the last words and tool results are waited for a little;
 * then it is over.
 */
import type { EndReason } from '@frontdesk/contracts/events/call';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { CallState } from './call-state.ts';
import { callerIdOf } from './caller-context.ts';
import { GOODBYE_DEADLINE_MS, GOODBYE_ECHO_MS, type GoodbyeReason, SPEAK_OVER_AFTER_MS } from './goodbye.ts';
import { oneMinuteLeft, sayGoodbye, timeIsUp } from './instructions.ts';
import type { ToolCall } from './tool-desk.ts';

/** After the line is down, the last words and tool results are waited for this long. */
const SETTLE_WORDS_MS = 1_500;
const SETTLE_TOOLS_MS = 5_000;
/** The caller is told this long before the longest a call may last, or when half of it is over. */
const WARNED_BEFORE_MS = 60_000;

export interface Ending {
  /** The line is put down. @param next what Twilio does then; hanging up when absent */
  hangUp(reason: EndReason, nowMs: number, next?: NextStep): void;
  /** No engine for this call: whoever the business wants its callers to have instead. */
  fallBack(nowMs: number): void;
  /** The model is to say goodbye, within a time. */
  goodbyeWanted(reason: GoodbyeReason): void;
  /** The model asked to end the call. */
  called(call: ToolCall, nowMs: number): void;
  /** @param spoke whether the caller hears something of it */
  responseDone(responseId: string, spoke: boolean, nowMs: number): void;
  /** The line is there: a goodbye that was said into the wait for it begins to be heard. */
  goodbyeBegins(nowMs: number): void;
  /** The caller is back: the end of the call's time, should it have come, is said (again). @returns whether it was */
  goodbyeAgain(): boolean;
  /** The line is lost: a goodbye that was under way is not. */
  goodbyeLost(nowMs: number): void;
  /** The caller came on the line: the call may last so long from then on. */
  limitLength(startedAtMs: number, nowMs: number): void;
  timerFired(timer: 'goodbye' | 'max_length' | 'length_warning' | 'settle', nowMs: number): void;
  /** What follows from the new state. */
  conclude(nowMs: number): void;
  /** Nobody is left to wait for. */
  end(nowMs: number): void;
}

export interface EndingWords {
  ask(instructions: string): void;
  askGoodbye(instructions: string): void;
}

export function createEnding(call: CallState, { ask, askGoodbye }: EndingWords): Ending {
  const { facts, speech, caller, turns, desk, goodbye, decide, tell } = call;
  const { maxCallMs, fallback } = facts.profile;
  const warnedAfterMs = Math.max(maxCallMs - WARNED_BEFORE_MS, maxCallMs / 2);
  let spokeOver = false;

  /** The model asked for the goodbye itself: its call is answered when the goodbye is the last thing that happens. */
  function finishGoodbyeCall(nowMs: number): void {
    const waiting = goodbye.waiting();
    if (waiting) decide(...desk.answer(waiting, { ok: true }, nowMs));
  }

  function hangUp(reason: EndReason, nowMs: number, next?: NextStep): void {
    const { life } = call;
    if (life.phase === 'closing' || life.phase === 'ended') return;
    const startedAtMs = life.phase === 'reserved' ? facts.reservedAtMs : life.startedAtMs;
    call.life = { phase: 'closing', reason, startedAtMs, endedAtMs: nowMs };
    speech.hangUp(nowMs);
    finishGoodbyeCall(nowMs);
    decide({ kind: 'close_stream', reason, ...(next ? { next } : {}) });
    if (turns.callerSpeaking()) tell({ kind: 'finish_hearing' });
    decide({ kind: 'set_timer', timer: 'settle', ms: desk.running() > 0 ? SETTLE_TOOLS_MS : SETTLE_WORDS_MS });
  }

  function end(nowMs: number): void {
    if (call.life.phase !== 'closing') return;
    const { reason, startedAtMs, endedAtMs } = call.life;
    caller.giveUp(nowMs, true);
    call.keypad.take();
    desk.abandon(nowMs);
    // Whatever forgot to give its place back does not take the rest of the record with it.
    for (const key of call.transcript.openKeys()) call.transcript.finish(key);
    call.handOutEntries();
    call.life = { phase: 'ended' };
    const callerId = callerIdOf(call.prewarm.context().caller);
    const length = { reason, startedAtMs, endedAtMs, entries: call.transcript.count() };
    const ending = {
      ...length,
      language: call.language.tag(),
      usage: call.tokens.total(),
      ...(callerId ? { callerId } : {}),
    };
    decide({ kind: 'ended', ending });
  }

  function goodbyeWanted(reason: GoodbyeReason): void {
    goodbye.asked(reason);
    const ms = reason === 'max_length' ? SPEAK_OVER_AFTER_MS : GOODBYE_DEADLINE_MS;
    decide({ kind: 'set_timer', timer: 'goodbye', ms });
  }

  function awaitEcho(nowMs: number): void {
    decide({ kind: 'set_timer', timer: 'goodbye', ms: speech.unplayedMs(nowMs) + GOODBYE_ECHO_MS });
  }

  function stopWords(nowMs: number): void {
    if (turns.activeResponseId() !== undefined) tell({ kind: 'cancel' });
    decide(...speech.bargeIn(turns.activeResponseId(), nowMs));
  }

  function timeUp(nowMs: number): void {
    const { phase } = call.life;
    if (phase === 'detached') goodbye.asked('max_length');
    if (phase !== 'talking') return;
    finishGoodbyeCall(nowMs);
    goodbyeWanted('max_length');
    stopWords(nowMs);
    askGoodbye(timeIsUp);
  }

  /** The goodbye is late. One that is under way is heard; a caller who speaks on is told over their words, once. */
  function goodbyeLate(nowMs: number): void {
    const reason = goodbye.reason();
    if (reason === undefined) return;
    if (goodbye.isBegun() && !goodbye.isSaid() && speech.unplayedMs(nowMs) > 0) {
      awaitEcho(nowMs);
      return;
    }
    if (reason === 'max_length' && !spokeOver) {
      spokeOver = true;
      if (!goodbye.isBegun()) {
        stopWords(nowMs);
        tell({ kind: 'speak_over' });
      }
      decide({ kind: 'set_timer', timer: 'goodbye', ms: GOODBYE_DEADLINE_MS - SPEAK_OVER_AFTER_MS });
      return;
    }
    decide({ kind: 'degraded', reason: 'goodbye_unheard', atMs: nowMs });
    hangUp(reason, nowMs);
  }

  return {
    hangUp,
    end,
    goodbyeWanted,
    fallBack(nowMs) {
      const { phase } = call.life;
      if (phase === 'talking' || phase === 'detached') hangUp('model_lost', nowMs, fallback);
    },
    called({ responseId, toolCallId }, nowMs) {
      if (goodbye.called(responseId, toolCallId)) {
        decide({ kind: 'set_timer', timer: 'goodbye', ms: GOODBYE_DEADLINE_MS });
      } else {
        decide(...desk.answer(toolCallId, { ok: true }, nowMs));
      }
    },
    responseDone(responseId, spoke, nowMs) {
      const step = goodbye.responseDone(responseId, spoke);
      if (step.answer) decide(...desk.answer(step.answer, { ok: true }, nowMs));
      if (step.askToSpeak) askGoodbye(goodbye.reason() === 'max_length' ? timeIsUp : sayGoodbye);
      // Before the line is there, its own time limits the wait.
      if (step.said && call.life.phase !== 'reserved') awaitEcho(nowMs);
    },
    goodbyeBegins(nowMs) {
      if (goodbye.isSaid()) awaitEcho(nowMs);
    },
    goodbyeAgain() {
      if (goodbye.reason() !== 'max_length') return false;
      goodbyeWanted('max_length');
      askGoodbye(timeIsUp);
      return true;
    },
    goodbyeLost(nowMs) {
      const waiting = goodbye.waiting();
      if (waiting) decide(...desk.answer(waiting, { ok: false, message: 'The line was interrupted.' }, nowMs));
      goodbye.takenBack();
      decide({ kind: 'cancel_timer', timer: 'goodbye' });
    },
    limitLength(startedAtMs, nowMs) {
      decide({ kind: 'set_timer', timer: 'max_length', ms: Math.max(0, startedAtMs + maxCallMs - nowMs) });
      const warnInMs = startedAtMs + warnedAfterMs - nowMs;
      // A call that another bridge had by then was warned there.
      if (warnInMs > 0) decide({ kind: 'set_timer', timer: 'length_warning', ms: warnInMs });
    },
    timerFired(timer, nowMs) {
      switch (timer) {
        case 'goodbye':
          goodbyeLate(nowMs);
          return;
        case 'max_length':
          timeUp(nowMs);
          return;
        case 'length_warning':
          if (call.life.phase === 'talking' && goodbye.reason() === undefined) ask(oneMinuteLeft);
          return;
        case 'settle':
          end(nowMs);
          return;
        default:
          timer satisfies never;
      }
    },
    conclude(nowMs) {
      const reason = goodbye.reason();
      if (reason !== undefined && goodbye.isSaid() && speech.allHeard() && desk.running() === 0) hangUp(reason, nowMs);
      const allIn = !turns.callerSpeaking() && caller.pending() === 0 && desk.running() === 0;
      if (call.life.phase === 'closing' && allIn) end(nowMs);
    },
  };
}
