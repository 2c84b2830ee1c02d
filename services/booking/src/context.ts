/** Every dependency of the handlers, built once and by hand. What is acquired here is released by the stack. */
import { RELEASE } from '@frontdesk/contracts/release';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import { connectMessaging, type Messaging, messagingMetrics, type RequestHandler } from '@frontdesk/messaging';
import { createLogger, createMetrics, type Logger, type Metrics, startTelemetry } from '@frontdesk/observability';
import { createDatabase, type Database, startOutboxRelay } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Config } from './config.ts';
import { type BookingEvents, createEvents } from './events.ts';
import type { BookingSchema } from './store/schema.ts';

export interface Context {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly db: Database<BookingSchema>;
  readonly messaging: Messaging;
  readonly events: BookingEvents;
}

/**
 * Binds a contract to its handler, a function of the context.
 * @returns what starts serving it
 */
export function inbound<Request extends z.ZodType, Reply extends z.ZodType>(
  contract: RpcContract<Request, Reply>,
  handler: (context: Context) => RequestHandler<Request, Reply>,
): (context: Context) => Promise<void> {
  return (context) => context.messaging.serve(contract, handler(context));
}

const SERVICE = 'booking';
const RELAY_POLL_MS = 1_000;

export async function createContext(
  config: Config,
  stack: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  const { instanceId } = config;
  const telemetry = startTelemetry({ service: SERVICE, instanceId, ...config.telemetry });
  stack.defer(() => telemetry.shutdown());
  const log = createLogger({ service: SERVICE, instanceId, level: config.logLevel });
  const metrics = createMetrics(SERVICE);
  const events = createEvents(metrics, log);
  const db = stack.use(
    createDatabase<BookingSchema>({
      url: config.secrets.databaseUrl,
      systemUrl: config.secrets.databaseSystemUrl,
      schema: SERVICE,
      poolSize: config.poolSize,
      log,
    }),
  );
  const messaging = stack.use(
    await connectMessaging({
      ...config.nats,
      service: SERVICE,
      instanceId,
      version: RELEASE,
      log,
      hooks: messagingMetrics(metrics),
    }),
  );
  const relay = stack.use(startOutboxRelay({ db, publish: messaging.publishStored, log, pollMs: RELAY_POLL_MS }));
  // What could not be published while NATS was away need not wait for the next look.
  stack.use(messaging.onStatus((connected) => connected && relay.nudge()));
  return { clock: systemClock, log, metrics, db, messaging, events, ...overrides };
}
