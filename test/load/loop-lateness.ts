/** How late this process's event loop is with a timer, as it goes along. */
import type { Samples } from './samples.ts';

const EVERY_MS = 10;

export function watchLoopLateness(lateness: Samples): Disposable {
  let due = performance.now() + EVERY_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    // Node's timers are a millisecond coarse: that much is no lateness.
    lateness.add(Math.max(0, now - due - 1));
    due = now + EVERY_MS;
  }, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
