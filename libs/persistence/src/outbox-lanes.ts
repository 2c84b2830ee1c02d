/**
 * Which lanes may be tried now. A lane is one aggregate of one business; its events leave in order, so after a failure
 * the whole lane waits, longer each time, while the others go on.
 */
import { backoff } from '@frontdesk/lifecycle';

const wait = backoff({ baseMs: 100, maxMs: 10_000 });
/** More than this many failing lanes mean that nothing can be published at all, not that single events are bad. */
export const MAX_WAITING_LANES = 1_000;

export interface OutboxLanes {
  failed(lane: string, nowMs: number): void;
  succeeded(lane: string): void;
  /** Lanes whose wait is not over. */
  waiting(nowMs: number): string[];
  /** How long until the first waiting lane may be tried, or undefined when none waits. */
  nextMs(nowMs: number): number | undefined;
  /** Whatever was wrong may be over: try all again. */
  retryAll(): void;
}

export function createOutboxLanes(random?: () => number): OutboxLanes {
  const lanes = new Map<string, { failures: number; retryAtMs: number }>();
  return {
    failed(lane, nowMs) {
      const failures = (lanes.get(lane)?.failures ?? 0) + 1;
      if (!lanes.has(lane) && lanes.size >= MAX_WAITING_LANES) return;
      lanes.set(lane, { failures, retryAtMs: nowMs + wait(failures - 1, random) });
    },
    succeeded: (lane) => void lanes.delete(lane),
    waiting: (nowMs) => [...lanes].filter(([, { retryAtMs }]) => retryAtMs > nowMs).map(([lane]) => lane),
    nextMs(nowMs) {
      let next: number | undefined;
      for (const { retryAtMs } of lanes.values()) {
        if (retryAtMs > nowMs) next = Math.min(next ?? Number.POSITIVE_INFINITY, retryAtMs - nowMs);
      }
      return next;
    },
    retryAll() {
      for (const lane of lanes.values()) lane.retryAtMs = 0;
    },
  };
}
