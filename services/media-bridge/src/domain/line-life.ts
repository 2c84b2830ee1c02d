/**
 * The caller's line: awaited, there, lost and found again. A stream lost without a word leaves the call detached: what
 * was not played was not heard, nothing is said from then on, Twilio is told after a moment to ask what comes next, and a
 * call whose line does not come back ends.
 */
import type { CallDecision } from './call-decision.ts';
import type { CallState } from './call-state.ts';
import { callerIdOf } from './caller-context.ts';
import type { Ending } from './ending.ts';
import { RECOVER_WITHIN_MS } from './engine-recovery.ts';
import { ECHO_GRACE_MS } from './receptionist-speech.ts';

/** A reservation whose stream never comes is given up. */
const NEVER_CONNECTED_MS = 20_000;
/** A call whose stream was lost is kept this long, and Twilio is told after this time to ask what comes next. */
export const DETACHED_MS = 10_000;
const NUDGE_AFTER_MS = 1_000;

export interface LineLife {
  /** The call is reserved: its stream is awaited. */
  awaited(): void;
  /** A stream is there: the first one, or one in place of the one that was lost. */
  started(nowMs: number): void;
  lost(nowMs: number): void;
  /** A response begins while there is no line: the caller, once back, is told it by another one. */
  silence(responseId: string, nowMs: number): void;
  /** Sends audio, and notes how long the caller waited for it. */
  play(decisions: CallDecision[], nowMs: number): void;
  timerFired(timer: 'never_connected' | 'nudge' | 'detached' | 'playback', nowMs: number): void;
}

export interface LineSurroundings {
  call: CallState;
  ending: Ending;
  /** The caller is back: the conversation goes on. */
  onReattached(): void;
}

export function createLineLife({ call, ending, onReattached }: LineSurroundings): LineLife {
  const { facts, speech, turns, prewarm, decide, tell } = call;
  let echoesDueMs = 0;
  /** When the timer fires: not set anew with every mark, it may be early, and is then set again. */
  let watchedUntilMs: number | undefined;

  function play(decisions: CallDecision[], nowMs: number): void {
    decide(...decisions);
    const { life } = call;
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
    echoesDueMs = nowMs + speech.unplayedMs(nowMs) + ECHO_GRACE_MS;
    if (watchedUntilMs === undefined || echoesDueMs < watchedUntilMs) watchUntilDue(nowMs);
  }

  function watchUntilDue(nowMs: number): void {
    watchedUntilMs = echoesDueMs;
    decide({ kind: 'set_timer', timer: 'playback', ms: echoesDueMs - nowMs });
  }

  function playbackOver(nowMs: number): void {
    watchedUntilMs = undefined;
    if (nowMs < echoesDueMs) watchUntilDue(nowMs);
    else speech.giveUpEchoes(nowMs);
  }

  function answered(nowMs: number): void {
    const before = facts.resumed?.startedAtMs;
    const startedAtMs = before ?? nowMs;
    call.life = { phase: 'talking', startedAtMs, spoke: false };
    decide({ kind: 'cancel_timer', timer: 'never_connected' });
    ending.limitLength(startedAtMs, nowMs);
    const callerId = callerIdOf(prewarm.context().caller);
    if (before === undefined) decide({ kind: 'started', atMs: nowMs, ...(callerId ? { callerId } : {}) });
    else if (facts.resumed?.unnoticed !== true) decide({ kind: 'degraded', reason: 'bridge_lost', atMs: nowMs });
    if (prewarm.state() === 'lost') {
      ending.fallBack(nowMs);
      return;
    }
    // The caller is there and hears nothing: the patience of the telephone network is no measure any more.
    if (prewarm.state() !== 'ready') decide({ kind: 'set_timer', timer: 'engine_ready', ms: RECOVER_WITHIN_MS });
    play(speech.startPlaying(nowMs), nowMs);
    ending.goodbyeBegins(nowMs);
  }

  /** What the caller missed is said again by the model, which knows what was heard. */
  function reattached(startedAtMs: number, nowMs: number): void {
    call.life = { phase: 'talking', startedAtMs, spoke: true };
    decide({ kind: 'cancel_timer', timer: 'nudge' }, { kind: 'cancel_timer', timer: 'detached' });
    decide({ kind: 'degraded', reason: 'stream_lost', atMs: nowMs });
    play(speech.startPlaying(nowMs), nowMs);
    if (prewarm.state() === 'ready') onReattached();
  }

  return {
    play,
    awaited() {
      decide({ kind: 'set_timer', timer: 'never_connected', ms: NEVER_CONNECTED_MS });
    },
    started(nowMs) {
      const { life } = call;
      if (life.phase === 'reserved') answered(nowMs);
      if (life.phase === 'detached') reattached(life.startedAtMs, nowMs);
    },
    lost(nowMs) {
      const { life } = call;
      if (life.phase === 'reserved') decide({ kind: 'detached' });
      if (life.phase !== 'talking') return;
      call.life = { phase: 'detached', startedAtMs: life.startedAtMs };
      const activeResponseId = turns.activeResponseId();
      if (activeResponseId !== undefined) tell({ kind: 'cancel' });
      decide(...speech.detach(activeResponseId, nowMs));
      ending.goodbyeLost(nowMs);
      watchedUntilMs = undefined;
      decide(
        { kind: 'cancel_timer', timer: 'playback' },
        { kind: 'set_timer', timer: 'nudge', ms: NUDGE_AFTER_MS },
        { kind: 'set_timer', timer: 'detached', ms: DETACHED_MS },
        { kind: 'detached' },
      );
    },
    silence(responseId, nowMs) {
      turns.responseStarted(responseId);
      tell({ kind: 'cancel' });
      decide(...speech.bargeIn(responseId, nowMs));
    },
    timerFired(timer, nowMs) {
      switch (timer) {
        case 'never_connected':
          if (call.life.phase === 'reserved') ending.hangUp('never_connected', nowMs);
          return;
        case 'nudge':
          if (call.life.phase === 'detached') decide({ kind: 'redirect' });
          return;
        case 'detached':
          if (call.life.phase === 'detached') ending.hangUp('stream_lost', nowMs);
          return;
        case 'playback':
          playbackOver(nowMs);
          return;
        default:
          timer satisfies never;
      }
    },
  };
}
