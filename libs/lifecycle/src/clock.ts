/** Time as a dependency, so that what waits can be tested without waiting. */

export interface Clock {
  now(): Temporal.Instant;
  /** Milliseconds from an arbitrary start. Never goes back, so it measures durations. */
  monotonicMs(): number;
  /** Calls `fn` once after `ms`. Disposing cancels; disposing later is harmless. */
  after(ms: number, fn: () => void): Disposable;
}

export async function sleep(clock: Clock, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.after(ms, resolve);
  await promise;
}

export const systemClock: Clock = {
  now: () => Temporal.Now.instant(),
  monotonicMs: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
