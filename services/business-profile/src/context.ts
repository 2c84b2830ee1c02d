/** Every dependency of the handlers, built once and by hand. What is acquired here is released by the stack. */
import { RELEASE } from '@frontdesk/contracts/release';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import { connectMessaging, type Messaging, messagingMetrics, type RequestHandler } from '@frontdesk/messaging';
import { createLogger, createMetrics, type Logger, type Metrics, startTelemetry } from '@frontdesk/observability';
import { createDatabase, type Database } from '@frontdesk/persistence';
import { createKeyRing, type KeyRing } from '@frontdesk/secrets';
import type { z } from 'zod';
import type { Config } from './config.ts';
import { createEvents, type ProfileEvents } from './events.ts';
import { type Reconciler, startReconciler } from './inbound/reconcile-timer.ts';
import { openDirectory } from './outbound/directory.ts';
import { type NatsServer, natsServer } from './outbound/nats-accounts.ts';
import type { ProfileSchema } from './store/schema.ts';

export interface Context {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly db: Database<ProfileSchema>;
  readonly messaging: Messaging;
  readonly keyRing: KeyRing;
  readonly accounts: NatsServer;
  readonly reconciler: Reconciler;
  readonly events: ProfileEvents;
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

const SERVICE = 'business-profile';
const SCHEMA = 'business_profile';

export async function createContext(
  config: Config,
  stack: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  const { instanceId } = config;
  // Wrong keys stop the start before anything is opened.
  const keyRing = createKeyRing(config.secrets.keyRing);
  const telemetry = startTelemetry({ service: SERVICE, instanceId, ...config.telemetry });
  stack.defer(() => telemetry.shutdown());
  const log = createLogger({ service: SERVICE, instanceId, level: config.logLevel });
  const metrics = createMetrics(SERVICE);
  const events = createEvents(metrics, log);
  const clock = overrides.clock ?? systemClock;
  const db = stack.use(openDatabase(config, log));
  const { servers, credsFile } = config.nats;
  const messaging = stack.use(
    await connectMessaging({
      servers,
      credsFile,
      service: SERVICE,
      instanceId,
      version: RELEASE,
      log,
      hooks: messagingMetrics(metrics),
    }),
  );
  const accounts = natsServer(config, messaging);
  const directory = stack.use(await openDirectory(messaging));
  const everyMs = config.reconcileEveryMs;
  const reconciler = stack.use(startReconciler({ db, directory, accounts, events, clock, log, everyMs }));
  // The server that is reached again may be another, or have lost what it knew.
  stack.use(messaging.onStatus((connected) => connected && reconciler.distrust()));
  return { clock, log, metrics, db, messaging, keyRing, accounts, reconciler, events, ...overrides };
}

function openDatabase(config: Config, log: Logger): Database<ProfileSchema> {
  return createDatabase<ProfileSchema>({
    url: config.secrets.databaseUrl,
    systemUrl: config.secrets.databaseSystemUrl,
    schema: SCHEMA,
    poolSize: config.poolSize,
    log,
  });
}
