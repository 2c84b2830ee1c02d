/**
 * One beat for many: whoever joins is called every so often, all of them in one turn of the event loop. A timer for each of
 * a few hundred would be most of what they cost.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from './clock.ts';

export interface Pulse {
  /** Calls `fn` with every beat, the first one at most a beat away, in the asynchronous context of whoever joins. */
  join(fn: () => void): Disposable;
}

export function createPulse(clock: Clock, everyMs: number): Pulse {
  const members = new Set<() => void>();
  let timer: Disposable | undefined;

  function beat(): void {
    timer = clock.after(everyMs, beat);
    for (const member of members) member();
  }

  return {
    join(fn) {
      const inContext = AsyncLocalStorage.snapshot();
      const member = () => inContext(fn);
      members.add(member);
      timer ??= clock.after(everyMs, beat);
      return {
        [Symbol.dispose]() {
          members.delete(member);
          if (members.size > 0) return;
          timer?.[Symbol.dispose]();
          timer = undefined;
        },
      };
    },
  };
}
