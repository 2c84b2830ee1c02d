/**
 * The caller's turns: when a sound of theirs stops the receptionist, when it takes back what she was saying, and when it
 * is answered. With `turnTaking: server` the engine decides the last, and every sound is an interruption at once; with
 * `robust` the session decides all of it, so that a noise leaves no trace.
 */
import type { CallDecision } from './call-decision.ts';
import { type CallerSpeech, TRANSCRIPTION_DEADLINE_MS } from './caller-speech.ts';
import { GOODBYE_ECHO_MS, type Goodbye } from './goodbye.ts';
import { type Interruption, NOISE_BELOW_MS, type Verdict, WORDS_WITHIN_MS } from './interruption.ts';
import type { Pauses } from './pauses.ts';
import type { ReceptionistSpeech } from './receptionist-speech.ts';
import type { SessionFacts } from './session-facts.ts';
import type { ToolDesk } from './tool-desk.ts';
import type { TurnTaking } from './turn-taking.ts';
import type { EngineCommand } from './voice-engine.ts';

/** An engine that judges by meaning waits this long before it takes a turn for over. */
const SEMANTIC_END_MS = 4_000;

/** The call's other pieces, and what the session lets this one do. */
export interface CallerTurnSurroundings {
  facts: SessionFacts;
  speech: ReceptionistSpeech;
  caller: CallerSpeech;
  turns: TurnTaking;
  interruption: Interruption;
  pauses: Pauses;
  goodbye: Goodbye;
  desk: ToolDesk;
  decide(...decisions: CallDecision[]): void;
  tell(command: EngineCommand): void;
  play(decisions: CallDecision[], nowMs: number): void;
  expectWords(): void;
  /** The caller is on the line. */
  isTalking(): boolean;
}

export interface CallerTurns {
  speechStarted(itemId: string, nowMs: number): void;
  speechStopped(itemId: string, speechMs: number | undefined, nowMs: number): void;
  heardOut(itemId: string, nowMs: number): void;
  /** @param text undefined when the words were not understood */
  words(itemId: string, text: string | undefined, nowMs: number): void;
  /** The timer `interruption` fired. */
  overdue(nowMs: number): void;
  responseStarted(responseId: string, nowMs: number): void;
  /** When a turn of the caller's last ended or was taken in. */
  heardAtMs(): number;
}

export function createCallerTurns(around: CallerTurnSurroundings): CallerTurns {
  const { facts, speech, caller, turns, interruption, pauses, goodbye, desk, decide, tell } = around;
  const { turnTaking, turnDetection } = facts.profile.agent;
  const bridgeDecides = turnTaking === 'robust';
  let heardAtMs = Number.NEGATIVE_INFINITY;
  const endOfTurnMs = turnDetection.type === 'server_vad' ? turnDetection.silenceDurationMs : SEMANTIC_END_MS;

  function decideWithin(ms: number): void {
    decide({ kind: 'set_timer', timer: 'interruption', ms });
  }

  /** The caller has the turn: what they did not hear was not said. */
  function stopSpeaking(nowMs: number): void {
    const waiting = goodbye.waiting();
    if (goodbye.takenBack()) {
      decide({ kind: 'cancel_timer', timer: 'goodbye' });
      if (waiting) decide(...desk.answer(waiting, { ok: false, message: 'The caller speaks again. Go on.' }, nowMs));
    }
    const cut = speech.bargeIn(turns.activeResponseId(), nowMs);
    decide(...cut);
    if (cut.some((decision) => decision.kind === 'clear')) decide({ kind: 'measured', measure: { what: 'barge_in' } });
  }

  /** What the caller's sound was, where the session decides. */
  function judge(verdict: Verdict, nowMs: number): void {
    if (verdict.kind === 'none' || !around.isTalking()) return;
    if (goodbye.holdsFloor()) {
      // Neither stopped nor answered: these are the last words of the call.
      if (verdict.kind !== 'interrupted') tell({ kind: 'dismiss_turn' });
      return;
    }
    if (verdict.kind === 'interrupted' || (verdict.kind === 'turn' && verdict.interrupted)) {
      tell({ kind: 'cancel' });
      stopSpeaking(nowMs);
    }
    if (verdict.kind === 'interrupted') return;
    decide({ kind: 'cancel_timer', timer: 'interruption' });
    if (verdict.kind === 'noise') {
      goOn(verdict.itemIds, nowMs);
      return;
    }
    around.expectWords();
    tell({ kind: 'answer_turn' });
  }

  /** It was nothing: the noises never were, and playback goes on where it stopped. */
  function goOn(itemIds: readonly string[], nowMs: number): void {
    for (const itemId of itemIds) tell({ kind: 'forget', itemId });
    tell({ kind: 'dismiss_turn' });
    turns.dismissed();
    decide({ kind: 'measured', measure: { what: 'false_interruption' } });
    around.play(speech.startPlaying(nowMs), nowMs);
    if (goodbye.isSaid()) {
      decide({ kind: 'set_timer', timer: 'goodbye', ms: speech.unplayedMs(nowMs) + GOODBYE_ECHO_MS });
    }
  }

  return {
    speechStarted(itemId, nowMs) {
      turns.speechStarted();
      caller.started(itemId, nowMs);
      if (!bridgeDecides) {
        if (!goodbye.holdsFloor()) stopSpeaking(nowMs);
        return;
      }
      judge(interruption.started(itemId), nowMs);
      decideWithin(NOISE_BELOW_MS + endOfTurnMs);
      if (goodbye.holdsFloor()) return;
      const held = speech.hold(nowMs);
      decide(...held);
      if (held.length > 0) decide({ kind: 'measured', measure: { what: 'barge_in' } });
    },
    speechStopped(itemId, speechMs, nowMs) {
      turns.speechStopped(nowMs);
      caller.stopped(itemId, nowMs);
      judge(interruption.stopped(itemId, speechMs), nowMs);
      if (interruption.open()) decideWithin(WORDS_WITHIN_MS);
      heardAtMs = nowMs;
    },
    heardOut(itemId, nowMs) {
      caller.heardOut(itemId, nowMs);
      decide({ kind: 'set_timer', timer: 'transcription', ms: TRANSCRIPTION_DEADLINE_MS });
      if (bridgeDecides) judge(interruption.heardOut(itemId), nowMs);
      else around.expectWords();
      heardAtMs = nowMs;
    },
    words(itemId, text, nowMs) {
      if (text === undefined) caller.unintelligible(itemId, nowMs);
      else caller.recognised(itemId, text, nowMs);
      if (text === undefined || text.trim() !== '') pauses.sign();
      judge(interruption.words(itemId, text), nowMs);
    },
    overdue: (nowMs) => judge(interruption.overdue(), nowMs),
    responseStarted(responseId, nowMs) {
      turns.responseStarted(responseId);
      if (goodbye.holdsFloor()) {
        if (goodbye.isIn(responseId)) return;
        // The engine's own answer to what the caller said into the last words.
        tell({ kind: 'cancel' });
        speech.ignore(responseId);
        return;
      }
      // Asked for before the caller began to speak: it would speak over them.
      if (!turns.callerSpeaking() || interruption.undecided()) return;
      tell({ kind: 'cancel' });
      decide(...speech.bargeIn(responseId, nowMs));
    },
    heardAtMs() {
      return heardAtMs;
    },
  };
}
