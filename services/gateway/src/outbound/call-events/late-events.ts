/** Events that nobody waits for: tried behind everybody's back until NATS takes them, for as long as they are of use. */
import type { EventContract, NewEvent } from '@frontdesk/contracts/event';
import { createInFlight } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger } from '@frontdesk/observability';
import type { z } from 'zod';

const STOP_WITHIN_MS = 2_000;

export interface LateEvents extends AsyncDisposable {
  /** Never rejects: an event that is lost after all is logged. One that waits already is not tried twice. */
  publish<Data extends z.ZodType>(contract: EventContract<Data>, event: NewEvent<z.input<Data>>): void;
}

export interface LateEventsOptions {
  messaging: Pick<Messaging, 'publishEvent'>;
  log: Logger;
  withinMs: number;
  /** How many may wait at the same time. */
  most: number;
}

export function createLateEvents({ messaging, log, withinMs, most }: LateEventsOptions): LateEvents {
  const inFlight = createInFlight();
  const waiting = new Set<string>();
  return {
    publish(contract, event) {
      const lose = (error: unknown) =>
        log.error({ err: error, event: `${contract.entity}.${contract.what}` }, 'event lost');
      const key = `${event.businessId}:${event.id}`;
      if (waiting.has(key)) return;
      if (waiting.size >= most) {
        lose(new Error('too many events wait already'));
        return;
      }
      waiting.add(key);
      void inFlight
        .run(() => messaging.publishEvent(contract, event, { timeoutMs: withinMs }))
        .catch(lose)
        .finally(() => waiting.delete(key));
    },
    async [Symbol.asyncDispose]() {
      await inFlight.idle(STOP_WITHIN_MS);
    },
  };
}
