/**
 * When a bridge that carries calls counts as dead. A process that is killed takes its sockets with it; one that is
 * frozen, or behind a lost link, leaves them open and says nothing, which only asking finds out.
 *
 * The bounds: three questions in a row, half a second each, so that a caller waits two seconds at most before the rescue
 * begins, and a bridge that hiccups for a second keeps its calls.
 */
export const PROBE_EVERY_MS = 500;
export const PROBE_TIMEOUT_MS = 500;
export const MISSES_UNTIL_DEAD = 3;

export interface Pulse {
  readonly misses: number;
  readonly dead: boolean;
}

export const alive: Pulse = { misses: 0, dead: false };

/** @param answered whether the last question was answered in time */
export function beat(pulse: Pulse, answered: boolean): Pulse {
  if (pulse.dead) return pulse;
  if (answered) return alive;
  const misses = pulse.misses + 1;
  return { misses, dead: misses >= MISSES_UNTIL_DEAD };
}
