/** Every dependency, built once and by hand. What is opened here is closed by the stack, in reverse order. */
import { RELEASE } from '@frontdesk/contracts/release';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import { connectMessaging, type Messaging, messagingMetrics } from '@frontdesk/messaging';
import { createLogger, createMetrics, type Logger, type Metrics, startTelemetry } from '@frontdesk/observability';
import { createDatabase, type Database, startOutboxRelay } from '@frontdesk/persistence';
import type { Config } from './config.ts';
import { createEvents, type Events } from './events.ts';
import type { CallerProfileDatabase } from './store/schema.ts';

export interface Context {
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  events: Events;
  db: Database<CallerProfileDatabase>;
  messaging: Messaging;
}

const SERVICE = 'caller-profile';
const SCHEMA = 'caller_profile';
const RELAY_POLL_MS = 1_000;

export async function createContext(
  config: Config,
  closing: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  const { instance: instanceId, secrets } = config;
  const telemetry = startTelemetry({ service: SERVICE, instanceId, ...config.telemetry });
  closing.defer(() => telemetry.shutdown());
  const log = overrides.log ?? createLogger({ service: SERVICE, instanceId, level: config.logLevel });
  const metrics = createMetrics(SERVICE);
  const db = closing.use(
    createDatabase<CallerProfileDatabase>({
      url: secrets.databaseUrl,
      systemUrl: secrets.databaseSystemUrl,
      schema: SCHEMA,
      log,
    }),
  );
  const messaging = closing.use(
    await connectMessaging({
      servers: config.nats.url,
      credsFile: config.nats.credsFile,
      service: SERVICE,
      instanceId,
      version: RELEASE,
      log,
      hooks: messagingMetrics(metrics),
    }),
  );
  closing.use(startOutboxRelay({ db, publish: messaging.publishStored, log, pollMs: RELAY_POLL_MS }));
  const events = createEvents(metrics, log);
  return { clock: systemClock, log, metrics, events, db, messaging, ...overrides };
}
