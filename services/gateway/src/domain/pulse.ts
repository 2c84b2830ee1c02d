/**
 * When a bridge that carries calls counts as dead. A process that is killed takes its sockets with it; one that is
 * frozen, or behind a lost link, leaves them open and says nothing, which only asking finds out.
 *
 * A late answer is an answer: a busy bridge that needs a second for each keeps its calls, however often that happens.
 * The bounds: asked twice a second, and given a second and a half, so that a caller waits two seconds at most before
 * the rescue begins.
 */
export const PROBE_EVERY_MS = 500;
export const PATIENCE_MS = 1_500;

export interface Pulse {
  /** Since when questions are not answered. */
  readonly unansweredSinceMs?: number;
  readonly dead: boolean;
}

export const alive: Pulse = { dead: false };

/** A question is asked now. */
export function asked(pulse: Pulse, nowMs: number): Pulse {
  return pulse.unansweredSinceMs === undefined ? { ...pulse, unansweredSinceMs: nowMs } : pulse;
}

/** How long the question of now may take. */
export function patienceMs({ unansweredSinceMs }: Pulse, nowMs: number): number {
  return Math.max(0, PATIENCE_MS - (unansweredSinceMs === undefined ? 0 : nowMs - unansweredSinceMs));
}

/** @param answered whether the question was, within its patience */
export function beat(pulse: Pulse, answered: boolean, nowMs: number): Pulse {
  if (pulse.dead) return pulse;
  return answered ? alive : { ...pulse, dead: patienceMs(pulse, nowMs) === 0 };
}
