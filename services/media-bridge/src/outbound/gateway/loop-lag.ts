/** How late this process runs its timers: the one number that says whether it has room for another call. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

export interface LoopLag extends Disposable {
  /** The 99th percentile in milliseconds since the last reading, beyond what the measuring itself takes. */
  readMs(): number;
}

export function watchLoopLag(): LoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    readMs() {
      const { count } = histogram;
      const p99Ms = histogram.percentile(99) / 1e6;
      histogram.reset();
      return count === 0 ? 0 : Math.max(0, Math.round((p99Ms - RESOLUTION_MS) * 10) / 10);
    },
    [Symbol.dispose]: () => {
      histogram.disable();
    },
  };
}
