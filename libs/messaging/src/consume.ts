/**
 * A durable consumer of events. The exchange with the server is a plain pull: ask for as many events as can be handled
 * now, handle them, acknowledge each, ask again. Events wait on the server, never in this process.
 *
 * - An acknowledgement is itself acknowledged; when it is lost, the event comes again. Handlers are repeatable.
 * - A handler that runs long is reported to be working, so that the event is not given to somebody else meanwhile.
 * - A handler that throws is tried again after a pause that grows. The server's own limit of deliveries is not used:
 *   it would drop the event silently; here the last failure makes it a dead letter.
 * - After a failure no event is handled until what the handler needs is there again (`ready`). Those that are here wait
 *   here: given back, each would come again and use up one of its tries.
 * - The consumer is created when it is missing, and created again when it disappears.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { EVENTS_STREAM } from '@frontdesk/contracts/event';
import { backoff, createInFlight, withDeadline } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from 'nats';
import type { Link } from './connection.ts';
import { createDelivery } from './delivery.ts';
import { filterFor } from './envelope.ts';
import type { ConsumeOptions, MessagingHooks } from './types.ts';

/** An idle pull is repeated after this long; an event that arrives meanwhile is delivered at once. */
const PULL_MS = 5_000;
/** How often it is asked whether what a handler needs is back. */
const READY_CHECK_MS = 500;
const DEFAULT_ACK_WAIT_MS = 30_000;

export interface ConsumeContext {
  link: Link;
  stream: JetStreamClient;
  service: string;
  log: Logger;
  hooks: MessagingHooks;
}

/** @throws Error when the consumer can neither be found nor created: JetStream, stream or permission is missing */
export async function consume(context: ConsumeContext, options: ConsumeOptions): Promise<AsyncDisposable> {
  const { link, log } = context;
  const { durable } = options;
  const slots = options.maxInFlight ?? 16;
  const inFlight = createInFlight();
  const deliver = createDelivery(context, options);
  const retryPauseMs = backoff({ baseMs: 100, maxMs: 5_000 });
  let consumer = await ensureConsumer(context.stream, options);
  let stopped = false;
  let back: Promise<void> | undefined;
  let pulling: ConsumerMessages | undefined;
  let freed = Promise.withResolvers<void>();

  function begin(message: JsMsg): void {
    if (stopped) {
      // Somebody else may have it now rather than after ackWaitMs.
      message.nak();
      return;
    }
    void inFlight
      .run(() => handle(message))
      .finally(() => {
        freed.resolve();
        freed = Promise.withResolvers();
      });
  }

  async function handle(message: JsMsg): Promise<void> {
    if (back !== undefined) await keptWaiting(message, back);
    if (stopped) {
      message.nak();
      return;
    }
    const outcome = await deliver(message);
    const failed = outcome === 'retry' || outcome === undefined;
    if (failed && options.ready) back ??= untilReady(options.ready).finally(() => (back = undefined));
  }

  async function keptWaiting(message: JsMsg, until: Promise<void>): Promise<void> {
    const working = setInterval(() => message.working(), (options.ackWaitMs ?? DEFAULT_ACK_WAIT_MS) / 3);
    await until.finally(() => clearInterval(working));
  }

  async function untilReady(ready: () => Promise<boolean>): Promise<void> {
    while (!stopped && !(await ready().catch(() => false))) await delay(READY_CHECK_MS);
  }

  async function pull(): Promise<void> {
    const room = slots - inFlight.count;
    if (room <= 0) return await freed.promise;
    if (!(await link.untilConnected(PULL_MS))) return;
    pulling = await consumer.fetch({ max_messages: room, expires: PULL_MS });
    if (stopped) void pulling.close();
    for await (const message of pulling) begin(message);
  }

  async function loop(): Promise<void> {
    let failures = 0;
    while (!stopped && !link.nc.isClosed()) {
      try {
        await pull();
        failures = 0;
      } catch (error) {
        if (stopped) return;
        log.warn({ err: error, durable, failures }, 'pulling events failed');
        await delay(retryPauseMs(failures++));
        consumer = await recovered(consumer);
      }
    }
  }

  async function recovered(last: Consumer): Promise<Consumer> {
    if (!link.connected) return last;
    try {
      return await ensureConsumer(context.stream, options);
    } catch (error) {
      log.warn({ err: error, durable }, 'the consumer cannot be restored yet');
      return last;
    }
  }

  // A pull that was open when the connection was lost would wait in vain until it expires.
  const status = link.onStatus((connected) => {
    if (!connected) void pulling?.close();
  });
  const looping = loop();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      status[Symbol.dispose]();
      freed.resolve();
      void pulling?.close();
      await withDeadline('stopping a consumer', PULL_MS + 1_000, looping).catch((error: unknown) => {
        log.warn({ err: error, durable }, 'a consumer did not stop in time');
      });
      await inFlight.idle(options.handleTimeoutMs ?? 60_000);
    },
  };
}

async function ensureConsumer(stream: JetStreamClient, options: ConsumeOptions): Promise<Consumer> {
  const manager = await stream.jetstreamManager(false);
  const changeable = {
    filter_subject: filterFor(options.contracts),
    ack_wait: nanos(options.ackWaitMs ?? DEFAULT_ACK_WAIT_MS),
    max_deliver: -1,
    max_ack_pending: 1_000,
  };
  try {
    const { config } = await manager.consumers.info(EVENTS_STREAM, options.durable);
    const differs = Object.entries(changeable).some(([key, value]) => Reflect.get(config, key) !== value);
    if (differs) await manager.consumers.update(EVENTS_STREAM, options.durable, changeable);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.ConsumerNotFound) throw error;
    await manager.consumers.add(EVENTS_STREAM, {
      durable_name: options.durable,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ...changeable,
    });
  }
  return stream.consumers.get(EVENTS_STREAM, options.durable);
}
