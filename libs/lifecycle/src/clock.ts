/** Time as a dependency, so that what waits can be tested without waiting. */

export interface Clock {
  now(): Temporal.Instant;
  /** Milliseconds from an arbitrary start. Never goes back, so it measures durations. */
  monotonicMs(): number;
  /** Calls `fn` once after `ms`, a moment later when that is long. Disposing cancels; disposing later is harmless. */
  after(ms: number, fn: () => void): Disposable;
}

export async function sleep(clock: Clock, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.after(ms, resolve);
  await promise;
}

/**
 * Timers of at least `LONG_MS` run up to `SHARED_MS` late, at times that all of them share. A process with a hundred calls
 * has hundreds a second, and being woken for each alone costs more than most of them do.
 *
 * Whole milliseconds: the runtime keeps a list for each length there is, and with fractions of them each timer has its own.
 */
const LONG_MS = 200;
const SHARED_MS = 20;

function untilShared(ms: number): number {
  const nowMs = Math.floor(performance.now());
  return Math.ceil((nowMs + ms) / SHARED_MS) * SHARED_MS - nowMs;
}

export const systemClock: Clock = {
  now: () => Temporal.Now.instant(),
  monotonicMs: () => performance.now(),
  after(ms, fn) {
    return setTimeout(fn, ms < LONG_MS ? Math.ceil(ms) : untilShared(Math.ceil(ms)));
  },
};
