/** A clock for tests that moves only when told to. */
import type { Clock } from './clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, in order of its time; what those start runs too when it is due. */
  advance(ms: number): void;
  /** How many `after` calls are still waiting: zero shows that nothing was left behind. */
  readonly waiting: number;
}

/** @param start an ISO 8601 instant or a Temporal.Instant */
export function manualClock(start: string | Temporal.Instant = '2026-01-05T15:00:00Z'): ManualClock {
  const startedAt = Temporal.Instant.from(start);
  let elapsedMs = 0;
  let order = 0;
  const timers = new Set<{ dueMs: number; order: number; fn: () => void }>();

  function nextDue(untilMs: number) {
    let next: { dueMs: number; order: number; fn: () => void } | undefined;
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    return next;
  }

  return {
    // Instants have no fractions of a millisecond to add; nanoseconds do.
    now: () => startedAt.add({ nanoseconds: Math.round(elapsedMs * 1e6) }),
    monotonicMs: () => elapsedMs,
    after(ms, fn) {
      const timer = { dueMs: elapsedMs + Math.max(0, ms), order: order++, fn };
      timers.add(timer);
      return { [Symbol.dispose]: () => void timers.delete(timer) };
    },
    advance(ms) {
      const untilMs = elapsedMs + ms;
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        timers.delete(timer);
        elapsedMs = timer.dueMs;
        timer.fn();
      }
      elapsedMs = untilMs;
    },
    get waiting() {
      return timers.size;
    },
  };
}
