/**
 * Clears away holds that are over, so that listeners hear of it. Nobody has to wait for it: a hold that is over keeps
 * nobody out, however late this comes. Any number of replicas may do it at once.
 */
import type { Clock } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { Database } from '@frontdesk/persistence';
import type { Events } from '../events.ts';
import { forgetAttempts } from '../store/code-attempts-writer.ts';
import { lockOverdueHolds } from '../store/hold-reader.ts';
import type { BookingSchema } from '../store/schema.ts';
import { giveUpHold } from './give-up-hold.ts';

const ACTOR = { kind: 'system', id: 'expiry' } as const;
/** So few that the transaction is over before anybody waits for it. */
const BATCH = 50;
/** Longer than any count of wrong codes decides something. */
const FORGET_AFTER = { hours: 24 } as const;

export interface ExpiryOptions {
  readonly db: Database<BookingSchema>;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Logger;
  readonly everyMs: number;
}

export function startExpiry({ db, clock, events, log, everyMs }: ExpiryOptions): AsyncDisposable {
  let stopped = false;
  let timer: Disposable | undefined;
  let running: Promise<void> = Promise.resolve();

  async function clearBatch(): Promise<number> {
    const now = clock.now();
    return db.asSystem(ACTOR, async (tx) => {
      const overdue = await lockOverdueHolds(tx, now, BATCH);
      for (const { businessId, appointmentId } of overdue) {
        await giveUpHold(tx, businessId, appointmentId, { by: 'expiry', now, callSid: undefined });
      }
      if (overdue.length < BATCH) await forgetAttempts(tx, now.subtract(FORGET_AFTER));
      return overdue.length;
    });
  }

  async function pass(): Promise<void> {
    try {
      for (let cleared = BATCH; cleared === BATCH && !stopped; ) {
        cleared = await clearBatch();
        if (cleared > 0) events.holdsExpired({ holds: cleared });
      }
    } catch (error) {
      log.warn({ err: error, event: 'expiry_failed' }, 'could not clear away holds that are over');
    }
    schedule();
  }

  function schedule(): void {
    if (stopped) return;
    timer = clock.after(everyMs, () => {
      running = pass();
    });
  }

  schedule();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      timer?.[Symbol.dispose]();
      await running;
    },
  };
}
