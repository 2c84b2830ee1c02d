/** How late this process runs its timers: the one number that says whether it has room for another call. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 50;

export interface LoopLag extends Disposable {
  /**
   * The 90th percentile in milliseconds since the last reading, beyond what the measuring itself takes: a single pause
   * is no lack of room, being late all the time is.
   */
  readMs(): number;
}

export function watchLoopLag(): LoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    readMs() {
      const { count } = histogram;
      const lateMs = histogram.percentile(90) / 1e6;
      histogram.reset();
      return count === 0 ? 0 : Math.max(0, Math.round((lateMs - RESOLUTION_MS) * 10) / 10);
    },
    [Symbol.dispose]: () => {
      histogram.disable();
    },
  };
}
