/** Every dependency of the handlers, built once and by hand. What is opened here is closed in reverse with `closing`. */
import type { Messaging } from '@frontdesk/messaging';
import { createDatabase, type Database } from '@frontdesk/persistence';
import { type Base, joinMessaging, startBase } from '@frontdesk/service';
import { relayOutbox } from '@frontdesk/service/outbox';
import type { Config } from './config.ts';
import { createEvents, type Events } from './events.ts';
import type { BookingSchema } from './store/schema.ts';

export interface Context extends Base {
  readonly db: Database<BookingSchema>;
  readonly messaging: Messaging;
  readonly events: Events;
}

const SERVICE = 'booking';

export async function createContext(
  config: Config,
  closing: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  const base = startBase({ service: SERVICE, config, overrides }, closing);
  const { log, metrics } = base;
  const db = closing.use(createDatabase<BookingSchema>({ ...config.secrets.database, schema: SERVICE, log }));
  const messaging = await joinMessaging({ service: SERVICE, config, base }, closing);
  relayOutbox({ db, messaging, log }, closing);
  return { ...base, db, messaging, events: createEvents(metrics, log), ...overrides };
}
