/** The outbox of a service with a database. Apart from the rest, so that the others do not load PostgreSQL's client. */
import type { Messaging } from '@frontdesk/messaging';
import { type Database, startOutboxRelay } from '@frontdesk/persistence';
import type { Base } from './base.ts';

/** Publishes what transactions left in the outbox, until `closing`. */
export function relayOutbox<DB>(
  { db, messaging, log }: { db: Database<DB>; messaging: Messaging; log: Base['log'] },
  closing: AsyncDisposableStack,
): void {
  const relay = closing.use(startOutboxRelay({ db, publish: messaging.publishStored, log }));
  // What could not be published while NATS was away need not wait for the next look.
  closing.use(messaging.onStatus((connected) => connected && relay.nudge()));
}
