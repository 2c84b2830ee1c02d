/**
 * This bridge is stopping: the call is left, and goes on in another bridge. The record keeps all there is of the
 * conversation; what tools still do is settled by whoever claims it.
 *
 * While the line changes hands nobody hears the caller, so the moment is chosen by what they do next:
 *
 *   they wait for an answer, and what they said is in the record     now: they will not speak, and notice no more than a
 *                                                                    longer wait, for the other bridge answers
 *   they listen, and there is more to come                           now: the sentence breaks off and is said again
 *   all was said and heard                                           not now: whoever was asked answers within a second;
 *                                                                    when they have not for some seconds, they are thinking
 *   they speak, or their words are being recognised                  never, for those words would be lost
 *
 * When the time is over it is left whatever they do; the record then says that there were words nobody understood, and
 * the other bridge asks for them.
 */
import type { CallState } from './call-state.ts';
import { UNINTELLIGIBLE } from './caller-speech.ts';
import type { SpokenTurn, ToolUse } from './transcript.ts';

/** A call that is to be handed over may wait this long for such a moment. */
export const HAND_OVER_WITHIN_MS = 8_000;
/** Whoever hears that more is to come does not speak yet; the last word of a sentence they need not wait for. */
export const MORE_TO_COME_MS = 1_000;
/** Silent for so long, a caller thinks; and one who speaks up before may say a sentence within the time that is left. */
export const THINKING_AFTER_MS = 3_000;

export interface HandOver {
  wanted(nowMs: number): void;
  /** A moment that will do, or the end of the time for one. */
  now(nowMs: number): void;
  conclude(nowMs: number): void;
}

export interface HandOverSurroundings {
  call: CallState;
  /** Words were asked for and are not complete. */
  owing(): boolean;
  /** All was said, heard and answered. */
  silent(): boolean;
  /** Keys were pressed that are not answered. */
  pressesKeys(): boolean;
}

export function createHandOver({ call, owing, silent, pressesKeys }: HandOverSurroundings): HandOver {
  const { facts, speech, caller, turns, interruption, desk, goodbye, transcript, decide } = call;
  let untilMs: number | undefined;
  let waitsForThinking = false;

  /** What the caller says, or has said, is not in the record yet. */
  function speaks(): boolean {
    return turns.callerSpeaking() || interruption.open() || caller.underway() > 0;
  }

  /** The caller waits for the receptionist's words, or hears them. */
  function waitsOrListens(nowMs: number): boolean {
    if (speaks() || pressesKeys() || desk.running() > 0 || goodbye.reason() !== undefined) return false;
    // A greeting is not taken up again in the middle.
    if (transcript.past().length === 0) return false;
    return owing() || turns.activeResponseId() !== undefined || speech.unplayedMs(nowMs) >= MORE_TO_COME_MS;
  }

  function now(nowMs: number): void {
    const { phase } = call.life;
    if (phase === 'closing' || phase === 'ended') return;
    const wordsLost = speaks() || pressesKeys();
    if (phase === 'talking') speech.hangUp(nowMs);
    caller.cutOff(nowMs);
    call.keypad.take();
    desk.leave();
    call.handOutEntries();
    const stillWaits = phase === 'reserved' && facts.resumed?.unnoticed === true;
    const waits = phase === 'talking' && !wordsLost && isUnanswered(transcript.past().at(-1));
    call.life = { phase: 'ended' };
    decide({ kind: 'handed_over', unnoticed: stillWaits || waits });
  }

  /** One timer: it fires when a silence was long enough, or else when the time is over. */
  function waitForThinking(begins: boolean, leftMs: number): void {
    if (begins === waitsForThinking) return;
    waitsForThinking = begins;
    const ms = begins ? Math.min(THINKING_AFTER_MS, leftMs) : leftMs;
    decide({ kind: 'set_timer', timer: 'hand_over', ms: Math.max(0, ms) });
  }

  return {
    now,
    wanted(nowMs) {
      if (untilMs !== undefined) return;
      untilMs = nowMs + HAND_OVER_WITHIN_MS;
      decide({ kind: 'set_timer', timer: 'hand_over', ms: HAND_OVER_WITHIN_MS });
    },
    conclude(nowMs) {
      if (untilMs === undefined || call.life.phase === 'ended') return;
      if (call.life.phase !== 'talking' || waitsOrListens(nowMs)) now(nowMs);
      else waitForThinking(silent() && !speaks() && !pressesKeys(), untilMs - nowMs);
    },
  };
}

/** Nothing was heard after it: whoever said or asked for it waits. */
function isUnanswered(last: SpokenTurn | ToolUse | undefined): boolean {
  if (last?.kind === 'turn') return last.role === 'caller' && last.text !== UNINTELLIGIBLE;
  return last !== undefined;
}
