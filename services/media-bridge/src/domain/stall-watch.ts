/**
 * An engine that owes words and does not come nearer to them is as good as gone, though its socket is there. What counts
 * is how far a response has got: an engine that hears and writes down every "hello?" of the caller's may answer none of
 * them. While the caller speaks no engine would say anything, so that time is nobody's.
 */
import type { CallDecision } from './call-decision.ts';
import { STALLED_MS } from './engine-recovery.ts';

export interface StallWatch {
  /** Something of a response came. */
  progress(nowMs: number): void;
  /** What follows from the new state. @param callerSpeaks the engine is right to wait */
  now(owing: boolean, callerSpeaks: boolean, nowMs: number): CallDecision[];
  /** The timer fired. @returns whether it was too long; otherwise `now` goes on from there */
  isOver(nowMs: number): boolean;
}

export function createStallWatch(): StallWatch {
  /** Of the wait, what was over when the caller began to speak. */
  let waitedMs = 0;
  /** Undefined while the timer does not run. */
  let sinceMs: number | undefined;

  return {
    progress(nowMs) {
      waitedMs = 0;
      if (sinceMs !== undefined) sinceMs = nowMs;
    },
    now(owing, callerSpeaks, nowMs) {
      if (owing && !callerSpeaks) {
        if (sinceMs !== undefined) return [];
        sinceMs = nowMs;
        return [{ kind: 'set_timer', timer: 'engine_stalled', ms: Math.max(0, STALLED_MS - waitedMs) }];
      }
      const decisions: CallDecision[] =
        sinceMs === undefined ? [] : [{ kind: 'cancel_timer', timer: 'engine_stalled' }];
      waitedMs = owing ? waitedMs + nowMs - (sinceMs ?? nowMs) : 0;
      sinceMs = undefined;
      return decisions;
    },
    isOver(nowMs) {
      if (sinceMs !== undefined) waitedMs += nowMs - sinceMs;
      sinceMs = undefined;
      const over = waitedMs >= STALLED_MS;
      if (over) waitedMs = 0;
      return over;
    },
  };
}
