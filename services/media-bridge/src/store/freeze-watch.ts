/**
 * Notices that this process did not run for a while (stopped, swapped out, its machine paused). Whoever wakes up from
 * that may have lost its calls to others, and has to look before it speaks.
 */
import type { Clock } from '@frontdesk/lifecycle';

const BEAT_MS = 250;
/** Longer than any pause a busy process has; shorter than it takes another bridge to claim a call. */
const FROZEN_MS = 1_500;

export interface FreezeWatch extends Disposable {
  /** Whether this moment comes so late after the last beat that the process must have stood still. */
  isWakingUp(): boolean;
}

/** @param onWake called once per awakening, before anything that waited in the sockets is looked at through `isWakingUp` */
export function watchFreezes(clock: Clock, onWake: (frozenMs: number) => void): FreezeWatch {
  let lastBeatMs = clock.monotonicMs();
  let timer = clock.after(BEAT_MS, beat);

  function isWakingUp(): boolean {
    const frozenMs = clock.monotonicMs() - lastBeatMs;
    if (frozenMs < FROZEN_MS) return false;
    // What comes in together with the awakening comes after it.
    lastBeatMs = clock.monotonicMs();
    onWake(frozenMs);
    return true;
  }

  function beat(): void {
    isWakingUp();
    lastBeatMs = clock.monotonicMs();
    timer = clock.after(BEAT_MS, beat);
  }

  return { isWakingUp, [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
