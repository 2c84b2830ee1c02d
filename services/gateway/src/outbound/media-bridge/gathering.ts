/**
 * Waits a moment for more of what just came, so that it can go on together. Falling asleep, being woken up and waking
 * whoever reads next cost more than the frame it is done for, and with a hundred calls there is a frame every fifth of a
 * millisecond: they come five at a time in place of one or two.
 *
 * The whole process stands still, which is the point of it: what arrives meanwhile is read in one turn of the event loop,
 * the one after. It is a hundredth of what a caller could notice, once per turn that brought audio. The time runs from the
 * first frame on, so that a gateway that was busy with the others for as long waits no more.
 */
import type { Clock } from '@frontdesk/lifecycle';

/** How old the first frame may get. */
const GATHER_MS = 0.3;
/** A sleeping process is woken up later than it asked for: timers are not finer, and it needs a core. */
const OVERSLEPT_MS = 0.1;
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Calls each function once, all of them together. */
export type Gather = (done: () => void) => void;

export function createGathering({ monotonicMs }: Pick<Clock, 'monotonicMs'>): Gather {
  let waiting: (() => void)[] = [];

  function finish(): void {
    const all = waiting;
    waiting = [];
    for (const done of all) done();
  }

  return (done) => {
    if (waiting.push(done) > 1) return;
    const wakeAtMs = monotonicMs() + GATHER_MS - OVERSLEPT_MS;
    setImmediate(() => {
      const waitMs = wakeAtMs - monotonicMs();
      if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
      // One more look at the sockets comes before it.
      setImmediate(finish);
    });
  };
}
