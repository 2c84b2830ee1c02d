/** A call's timers, one of each name. Set again, a timer begins anew. */
import type { Clock } from '@frontdesk/lifecycle';
import type { TimerName } from '../domain/call-decision.ts';

export interface CallTimers {
  set(timer: TimerName, ms: number): void;
  cancel(timer: TimerName): void;
  cancelAll(): void;
}

export function createCallTimers(clock: Clock, onDue: (timer: TimerName) => void): CallTimers {
  const running = new Map<TimerName, Disposable>();

  function cancel(timer: TimerName): void {
    running.get(timer)?.[Symbol.dispose]();
    running.delete(timer);
  }

  return {
    cancel,
    set(timer, ms) {
      cancel(timer);
      const due = () => {
        running.delete(timer);
        onDue(timer);
      };
      running.set(timer, clock.after(ms, due));
    },
    cancelAll() {
      for (const timer of running.values()) timer[Symbol.dispose]();
      running.clear();
    },
  };
}
