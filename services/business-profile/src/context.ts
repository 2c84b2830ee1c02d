/** Every dependency of the handlers, built once and by hand. What is opened here is closed in reverse with `closing`. */
import type { Messaging } from '@frontdesk/messaging';
import { createDatabase, type Database } from '@frontdesk/persistence';
import { createKeyRing, type KeyRing } from '@frontdesk/secrets';
import { type Base, joinMessaging, startBase } from '@frontdesk/service';
import type { Config } from './config.ts';
import { createEvents, type Events } from './events.ts';
import { type Reconciler, startReconciler } from './inbound/reconcile-timer.ts';
import { openDirectory } from './outbound/directory.ts';
import { type NatsServer, natsServer } from './outbound/nats-accounts.ts';
import type { BusinessProfileSchema } from './store/schema.ts';

export interface Context extends Base {
  readonly db: Database<BusinessProfileSchema>;
  readonly messaging: Messaging;
  readonly events: Events;
  readonly keyRing: KeyRing;
  readonly accounts: NatsServer;
  readonly reconciler: Reconciler;
}

const SERVICE = 'business-profile';
const SCHEMA = 'business_profile';

export async function createContext(
  config: Config,
  closing: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  // Wrong keys stop the start before anything is opened.
  const keyRing = createKeyRing(config.secrets.keyRing);
  const base = startBase({ service: SERVICE, config, overrides }, closing);
  const { clock, log, metrics } = base;
  const events = createEvents(metrics, log);
  const db = closing.use(createDatabase<BusinessProfileSchema>({ ...config.secrets.database, schema: SCHEMA, log }));
  const messaging = await joinMessaging({ service: SERVICE, config, base }, closing);
  const accounts = natsServer(config, messaging);
  const directory = closing.use(await openDirectory(messaging));
  const everyMs = config.reconcileEveryMs;
  const reconciler = closing.use(startReconciler({ db, directory, accounts, events, clock, log, everyMs }));
  // The server that is reached again may be another, or have lost what it knew.
  closing.use(messaging.onStatus((connected) => connected && reconciler.distrust()));
  return { ...base, db, messaging, events, keyRing, accounts, reconciler, ...overrides };
}
