/**
 * One timer for all calls. Real calls begin at any moment, so they are spread over the twenty milliseconds of a frame:
 * in lockstep each would measure the queue that the others make. A call's frame is due at its own millisecond; how late
 * it goes out is what the load generator knows of its own slowness.
 */
import { WHEEL_SLOTS } from './pace.ts';
import type { Samples } from './samples.ts';
import { nowUs } from './stamp.ts';

export interface Pacer extends Disposable {
  /** Calls `tick` every 20 ms until it is disposed. */
  join(slot: number, tick: () => void): Disposable;
}

const SLOT_US = 1_000;
/** After a standstill frames are dropped, not sent in a burst that no telephone network would send. */
const MOST_CATCH_UP_SLOTS = 5 * WHEEL_SLOTS;

export function createPacer(lateness: Samples): Pacer {
  const slots: Set<() => void>[] = Array.from({ length: WHEEL_SLOTS }, () => new Set());
  let next = Math.ceil(nowUs() / SLOT_US);
  let timer = setTimeout(turn, 1);

  function turn(): void {
    const now = Math.floor(nowUs() / SLOT_US);
    if (now - next > MOST_CATCH_UP_SLOTS) next = now - MOST_CATCH_UP_SLOTS;
    for (; next <= now; next += 1) {
      const due = slots[next % WHEEL_SLOTS];
      if (!due || due.size === 0) continue;
      lateness.add((nowUs() - next * SLOT_US) / 1e3);
      for (const tick of due) tick();
    }
    timer = setTimeout(turn, 1);
  }

  return {
    join(slot, tick) {
      const own = slots[slot % WHEEL_SLOTS];
      own?.add(tick);
      return { [Symbol.dispose]: () => void own?.delete(tick) };
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
