/**
 * Bridges speak once a second, so a gateway that has just begun to listen, or was cut off from NATS for a while, knows
 * none of them yet. Sending a caller away for that would be wrong: it waits until everybody has had time to speak.
 */
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';

/** An announcement, and half a one for whoever is late; a bridge needs a moment longer than we to be connected again. */
const EVERYBODY_SPEAKS_WITHIN_MS = 1_500;

export interface Hearing extends Disposable {
  /** Somebody spoke. */
  heard(): void;
  /** Resolves when `known` is true, or when everybody there is has had time to speak. */
  until(known: () => boolean): Promise<void>;
}

export function createHearing(messaging: Pick<Messaging, 'onStatus'>, clock: Clock): Hearing {
  let sinceMs = clock.monotonicMs();
  let waiting = new Set<() => void>();
  const status = messaging.onStatus((connected) => {
    if (connected) sinceMs = clock.monotonicMs();
  });

  function wake(): void {
    const woken = waiting;
    waiting = new Set();
    for (const resolve of woken) resolve();
  }

  async function next(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    using _ = clock.after(withinMs, resolve);
    await promise;
    waiting.delete(resolve);
  }

  return {
    heard: wake,
    async until(known) {
      for (;;) {
        const leftMs = sinceMs + EVERYBODY_SPEAKS_WITHIN_MS - clock.monotonicMs();
        if (leftMs <= 0 || known()) return;
        await next(leftMs);
      }
    },
    [Symbol.dispose]() {
      status[Symbol.dispose]();
      wake();
    },
  };
}
