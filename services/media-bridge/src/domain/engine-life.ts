/**
 * The engine over the whole length of a call: sessions are lost, fall silent, or come near their limit, and the
 * conversation goes on in the next one. What was sent of the old session's words is still heard, its tools still run,
 * and everything is restored into the new session, tool calls and answers included. Whoever noticed the gap is told.
 *
 * Invariants: at most one session at a time; a session that is gone is never spoken to; an outage is reported once; no
 * outage lasts longer than its deadline, after which the business's fallback takes over.
 */
import type { CallDecision } from './call-decision.ts';
import type { CallerSpeech } from './caller-speech.ts';
import { createEngineAddress } from './engine-address.ts';
import {
  createEngineRecovery,
  NOTICEABLE_MS,
  RECOVER_WITHIN_MS,
  replacementTimes,
  SESSION_LIMIT_MS,
} from './engine-recovery.ts';
import type { Goodbye } from './goodbye.ts';
import type { Interruption } from './interruption.ts';
import type { Prewarm } from './prewarm.ts';
import type { ReceptionistSpeech } from './receptionist-speech.ts';
import {
  endsUnheard,
  type Gap,
  goOnNote,
  greetAgainNote,
  holdOnInstructions,
  isApology,
  type Missed,
  type PastEntry,
  restoreConversation,
} from './restore.ts';
import type { SessionFacts } from './session-facts.ts';
import { createStallWatch } from './stall-watch.ts';
import type { ToolDesk } from './tool-desk.ts';
import type { Transcript } from './transcript.ts';
import type { TurnTaking } from './turn-taking.ts';
import type { EngineCommand } from './voice-engine.ts';

/** The call's other pieces, and what the session lets this one do. */
export interface EngineSurroundings {
  facts: SessionFacts;
  prewarm: Prewarm;
  speech: ReceptionistSpeech;
  caller: CallerSpeech;
  turns: TurnTaking;
  interruption: Interruption;
  desk: ToolDesk;
  goodbye: Goodbye;
  transcript: Transcript;
  decide(...decisions: CallDecision[]): void;
  tell(command: EngineCommand): void;
  ask(instructions?: string): void;
  goOn(note: string): void;
  goodbyeAgain(): boolean;
  play(decisions: CallDecision[], nowMs: number): void;
  /** The caller is on the line. */
  isTalking(): boolean;
  /** No engine for this call. */
  onGivenUp(nowMs: number): void;
}

export interface EngineLife {
  /** The session of the moment is gone; `final` when another would be refused. */
  lost(nowMs: number, final?: boolean): void;
  ready(nowMs: number): void;
  /** Something of a response came. */
  progress(nowMs: number): void;
  /** Words are owed: an engine that brings none then is as good as gone, though its socket is there. */
  expectWords(): void;
  responseDone(completed: boolean): void;
  timerFired(timer: 'engine_ready' | 'engine_retry' | 'engine_stalled' | 'engine_limit', nowMs: number): void;
  /** The caller is back after a gap: the conversation goes on, or waits for the tool that is at work. */
  sayOn(gap: Gap): void;
  /** What another bridge asked for and has no answer to. */
  settle(nowMs: number): void;
  /**
   * Replaces a session that is near its limit, or was lost in a goodbye that was taken back.
   * @param quiet whether nobody speaks and nothing is awaited
   */
  replaceIfDue(quiet: () => boolean, nowMs: number): void;
  fit(decisions: CallDecision[]): CallDecision[];
  /** What follows from the new state. */
  conclude(nowMs: number): void;
  /** Between a session and the next. */
  recovering(): boolean;
  /** Words were asked for and are not complete. */
  owing(): boolean;
}

export function createEngineLife(around: EngineSurroundings): EngineLife {
  const { facts, prewarm, speech, caller, turns, desk, goodbye, transcript, decide, tell, ask } = around;
  const recovery = createEngineRecovery();
  const address = createEngineAddress();
  const limit = replacementTimes(facts.sessionLimitMs ?? SESSION_LIMIT_MS);
  const stall = createStallWatch();
  let owing = false;
  let replacing: 'due' | 'now' | undefined;
  let sessions = 0;
  /** When the engine went, words of the caller's were on their way to it, or they waited for an answer. */
  let missedWords = false;
  let answerLost = false;
  /** The engine went in the middle of a sentence, which the caller hears whatever comes next, and however soon. */
  let brokenOff = false;
  /** The engine went while its goodbye was being heard. */
  let lostInGoodbye: { final: boolean } | undefined;

  /** Makes the call independent of the session it had. */
  function leave(nowMs: number): void {
    const activeResponseId = turns.activeResponseId();
    const callerSpeaking = turns.callerSpeaking();
    if (prewarm.state() === 'ready') {
      missedWords = callerSpeaking || caller.pending() > 0;
      answerLost = owing;
    }
    const itemIds = speech.underway().map(({ itemId }) => itemId);
    brokenOff ||= speech.underway().some(({ complete }) => !complete);
    address.gone(itemIds, desk.openCalls());
    if (callerSpeaking) turns.speechStopped(nowMs);
    around.interruption.forget();
    if (activeResponseId !== undefined) turns.responseDone(activeResponseId);
    around.play(speech.engineGone(activeResponseId === undefined, nowMs), nowMs);
    caller.giveUp(nowMs, true);
    takeGoodbyeBack(nowMs);
    owing = false;
    replacing = undefined;
    decide(
      { kind: 'close_engine' },
      { kind: 'cancel_timer', timer: 'engine_limit' },
      { kind: 'cancel_timer', timer: 'ask_again' },
      ...prewarm.reopened(),
    );
  }

  /** A goodbye that was not said yet is said in the next session, when it is still wanted then. */
  function takeGoodbyeBack(nowMs: number): void {
    const waiting = goodbye.waiting();
    if (waiting) decide(...desk.answer(waiting, { ok: false, message: 'The connection was interrupted.' }, nowMs));
    if (goodbye.takenBack()) decide({ kind: 'cancel_timer', timer: 'goodbye' });
  }

  function giveUp(nowMs: number): void {
    prewarm.lost();
    decide(
      { kind: 'close_engine' },
      { kind: 'cancel_timer', timer: 'engine_retry' },
      { kind: 'cancel_timer', timer: 'engine_ready' },
    );
    around.onGivenUp(nowMs);
  }

  function lost(nowMs: number, final = false): void {
    if (prewarm.state() === 'lost') return;
    // Nothing more is wanted of an engine whose goodbye is being heard, unless the caller takes it back.
    if (goodbye.isSaid()) {
      lostInGoodbye = { final };
      return;
    }
    const { newOutage, retry } = recovery.lost(nowMs);
    if (newOutage) decide({ kind: 'degraded', reason: 'model_lost', atMs: nowMs });
    if (retry === undefined || final) {
      giveUp(nowMs);
      return;
    }
    leave(nowMs);
    decide(
      { kind: 'set_timer', timer: 'engine_retry', ms: retry.inMs },
      { kind: 'set_timer', timer: 'engine_ready', ms: retry.giveUpInMs },
    );
  }

  function past(): PastEntry[] {
    const underway = speech.underway().map(({ text, complete }): PastEntry => {
      return { kind: 'turn', role: 'receptionist', text, interrupted: !complete };
    });
    return [...transcript.past(), ...underway];
  }

  /** @param gapMs how long there was no session; undefined when this is the first one of a call from elsewhere */
  function goOn(gapMs: number | undefined): void {
    const owed = address.answerOwed() || answerLost;
    const noticed = around.isTalking() && gapMs !== undefined && gapMs >= NOTICEABLE_MS;
    const held = address.restored();
    const before = past();
    const wordsLost = missedWords || (gapMs === undefined && endsUnheard(before));
    const missed: Missed = wordsLost ? 'words' : noticed || gapMs === undefined ? 'perhaps' : 'nothing';
    tell(restoreConversation(before, missed));
    if (held.length > 0) tell({ kind: 'restore', items: held });
    // The caller is asked to say it again.
    if (noticed || missedWords) decide({ kind: 'drop_held_audio' });
    if (around.goodbyeAgain()) answerLost = false;
    else if (gapMs === undefined) takeUp(missed);
    else if (noticed || missedWords || brokenOff) sayOn('model_gap', missed);
    else if (owed) sayOn('unnoticed');
    missedWords = false;
    answerLost = false;
    brokenOff = false;
  }

  /** There is more than a greeting that broke off, which is said again as a whole, and apologies for that. */
  function isUnderWay(): boolean {
    if (desk.running() > 0) return true;
    const said = past().filter((entry) => !isApology(entry));
    return said.some((entry) => entry.kind === 'tool' || entry.role === 'caller' || !entry.interrupted);
  }

  function greetAgain(): void {
    around.goOn(greetAgainNote(prewarm.greeting()));
  }

  /** A call from another bridge. A caller who waits for an answer, and noticed nothing, gets it. */
  function takeUp(missed: Missed): void {
    if (facts.resumed?.unnoticed !== true) sayOn('line_gap', missed);
    else if (desk.running() === 0) ask();
  }

  function sayOn(gap: Gap, missed?: Missed): void {
    if (desk.running() === 0) {
      around.goOn(goOnNote(gap, missed));
      return;
    }
    const words = holdOnInstructions(gap);
    if (words !== undefined) ask(words);
  }

  return {
    lost,
    ready(nowMs) {
      const { decisions, greeting } = prewarm.configured();
      decide(...decisions);
      // It was only told something new.
      if (greeting === undefined) return;
      const gapMs = recovery.ready(nowMs);
      sessions += 1;
      decide({ kind: 'set_timer', timer: 'engine_limit', ms: limit.dueMs });
      const isTakenOver = sessions === 1 && facts.resumed?.startedAtMs !== undefined;
      if (isUnderWay()) goOn(isTakenOver ? undefined : (gapMs ?? 0));
      else {
        const held = address.restored();
        brokenOff = false;
        if (isTakenOver) greetAgain();
        else ask(greeting);
        for (const { text } of held) tell({ kind: 'note', text });
      }
    },
    progress: (nowMs) => stall.progress(nowMs),
    expectWords() {
      if (prewarm.state() === 'ready') owing = true;
    },
    responseDone(completed) {
      if (completed) recovery.answered();
      owing = false;
    },
    timerFired(timer, nowMs) {
      switch (timer) {
        case 'engine_ready':
          if (prewarm.state() === 'ready' || prewarm.state() === 'lost') return;
          if (!recovery.recovering()) decide({ kind: 'degraded', reason: 'model_lost', atMs: nowMs });
          giveUp(nowMs);
          return;
        case 'engine_retry':
          decide({ kind: 'open_engine' });
          return;
        case 'engine_stalled':
          if (stall.isOver(nowMs) && prewarm.state() === 'ready') lost(nowMs);
          return;
        case 'engine_limit':
          if (replacing === undefined) {
            decide({ kind: 'set_timer', timer: 'engine_limit', ms: limit.forcedAfterMs });
          }
          replacing = replacing === undefined ? 'due' : 'now';
          return;
        default:
          timer satisfies never;
      }
    },
    sayOn(gap) {
      if (isUnderWay()) sayOn(gap);
      else greetAgain();
    },
    settle(nowMs) {
      const { unsettled = [] } = facts.resumed ?? {};
      for (const { intent, request } of unsettled) decide(...desk.adopt(intent, request, nowMs));
      if (unsettled.length > 0) address.gone([], desk.openCalls());
    },
    replaceIfDue(quiet, nowMs) {
      if (lostInGoodbye !== undefined && !goodbye.isSaid()) {
        const { final } = lostInGoodbye;
        lostInGoodbye = undefined;
        lost(nowMs, final);
        return;
      }
      if (prewarm.state() !== 'ready' || replacing === undefined || (replacing === 'due' && !quiet())) return;
      recovery.replaced(nowMs);
      leave(nowMs);
      decide({ kind: 'open_engine' }, { kind: 'set_timer', timer: 'engine_ready', ms: RECOVER_WITHIN_MS });
    },
    fit: (decisions) => address.fit(decisions),
    conclude(nowMs) {
      decide(...stall.now(owing, turns.callerSpeaking(), nowMs));
    },
    recovering() {
      return recovery.recovering();
    },
    owing() {
      return owing;
    },
  };
}
