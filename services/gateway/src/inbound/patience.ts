/** One deadline for everything that is done before Twilio gets its answer. */
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Clock } from '@frontdesk/lifecycle';

export interface Patience {
  /** Whether something that takes this long may still be begun. */
  hasRoomFor(ms: number): boolean;
  /** @returns false, at once, when there is no time for a pause and for something after it */
  pause(ms: number): Promise<boolean>;
  /** What is not done at the deadline is waited for no longer. @throws WireError `unavailable` then */
  within<T>(work: Promise<T>): Promise<T>;
}

export function createPatience(clock: Clock, forMs: number): Patience {
  const endsAtMs = clock.monotonicMs() + forMs;
  const leftMs = () => endsAtMs - clock.monotonicMs();

  return {
    hasRoomFor: (ms) => leftMs() >= ms,
    async pause(ms) {
      if (leftMs() <= ms) return false;
      const { promise, resolve } = Promise.withResolvers<void>();
      clock.after(ms, resolve);
      await promise;
      return true;
    },
    async within(work) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      using _ = clock.after(Math.max(0, leftMs()), () =>
        reject(new WireError('unavailable', 'this was not done in the time there was')),
      );
      return await Promise.race([work, late]);
    },
  };
}
