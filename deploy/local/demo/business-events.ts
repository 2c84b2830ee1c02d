/**
 * What one business sees of itself: a plain NATS client that holds nothing but the business's own credentials. It
 * subscribes to the live events, and can read everything again from the start through the business's consumer.
 */
import { readFile } from 'node:fs/promises';
import { type CloudEvent, cloudEvent } from '@frontdesk/contracts/event';
import { businessEventAccess } from '@frontdesk/messaging';
import { jetstream } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from 'nats';
import type { SeededBusiness } from '../apply-seed.ts';

export interface BusinessEvents extends AsyncDisposable {
  readonly business: SeededBusiness;
  /** Live, in the order they came. */
  readonly received: readonly CloudEvent[];
  /** What NATS refused these credentials. */
  readonly refusals: readonly string[];
  /** Everything there is, from the consumer. */
  fromTheStart(): Promise<CloudEvent[]>;
}

export interface BusinessEventsOptions {
  url: string;
  business: SeededBusiness;
  credsFile: string;
  onEvent?: (event: CloudEvent) => void;
}

/** Enough for any demo. */
const MOST_EVENTS = 5_000;

export async function openBusinessEvents(options: BusinessEventsOptions): Promise<BusinessEvents> {
  const { business } = options;
  const connection = await connect({
    servers: options.url,
    authenticator: credsAuthenticator(await readFile(options.credsFile)),
    timeout: 5_000,
    maxReconnectAttempts: -1,
  });
  const received: CloudEvent[] = [];
  const refusals: string[] = [];
  connection.subscribe(business.eventSubject, {
    callback(error, message) {
      if (error) {
        refusals.push(error.message);
        return;
      }
      const event = cloudEvent.parse(message.json());
      received.push(event);
      options.onEvent?.(event);
    },
  });
  await connection.flush();
  return {
    business,
    received,
    refusals,
    async fromTheStart() {
      const { apiPrefix, stream, consumer } = businessEventAccess(business.id);
      const events: CloudEvent[] = [];
      const durable = await jetstream(connection, { apiPrefix, timeout: 3_000 }).consumers.get(stream, consumer);
      const { num_pending: pending } = await durable.info();
      if (pending === 0) return events;
      const messages = await durable.fetch({ max_messages: Math.min(pending, MOST_EVENTS), expires: 5_000 });
      for await (const message of messages) {
        events.push(cloudEvent.parse(message.json()));
        message.ack();
      }
      return events;
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
