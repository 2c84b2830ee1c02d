/**
 * This bridge is stopping: the call is left at its next pause, or when it has waited long enough for one, and goes on in
 * another bridge. The record keeps all there is of the conversation; what tools still do is settled by whoever claims it.
 */
import type { CallState } from './call-state.ts';

/** A call that is to be handed over may wait this long for a pause. */
export const HAND_OVER_WITHIN_MS = 8_000;

export interface HandOver {
  wanted(nowMs: number): void;
  /** A pause, or the end of the time for one. */
  now(nowMs: number): void;
  /** @param quiet whether nobody notices what happens now */
  conclude(quiet: () => boolean, nowMs: number): void;
}

export function createHandOver(call: CallState): HandOver {
  const { speech, caller, desk, decide } = call;
  let isWanted = false;

  function now(nowMs: number): void {
    if (call.life.phase === 'closing' || call.life.phase === 'ended') return;
    if (call.life.phase === 'talking') speech.hangUp(nowMs);
    caller.giveUp(nowMs, true);
    desk.leave();
    call.handOutEntries();
    call.life = { phase: 'ended' };
    decide({ kind: 'handed_over' });
  }

  return {
    now,
    wanted(nowMs) {
      if (call.life.phase === 'talking') decide({ kind: 'set_timer', timer: 'hand_over', ms: HAND_OVER_WITHIN_MS });
      else now(nowMs);
      isWanted = true;
    },
    conclude(quiet, nowMs) {
      if (isWanted && call.life.phase === 'talking' && quiet()) now(nowMs);
    },
  };
}
