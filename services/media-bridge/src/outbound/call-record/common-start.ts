/**
 * Work of many calls that is in no hurry, begun together: the first to come waits a moment, and the others join it. What
 * they ask of NATS leaves in one write instead of several, and what is done for each is still in the processor's caches
 * when it is the next one's turn. Alone, each would wake the server, and be woken by it, several times.
 */
import type { Clock } from '@frontdesk/lifecycle';

/** Calls `begin` after a moment. */
export type Soon = (begin: () => void) => void;

/** @param waitMs the longest that anything waits */
export function createCommonStart(clock: Clock, waitMs: number): Soon {
  let waiting: (() => void)[] = [];

  function beginAll(): void {
    const due = waiting;
    waiting = [];
    for (const begin of due) begin();
  }

  return (begin) => {
    if (waiting.push(begin) === 1) clock.after(waitMs, beginAll);
  };
}
