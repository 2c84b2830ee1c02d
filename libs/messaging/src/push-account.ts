/** Steps of adding a business that need a running server: its account into the resolver, its durable consumer. */
import { businessConsumerName, businessEventsSubject, EVENTS_STREAM } from '@frontdesk/contracts/event';
import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, nanos } from 'nats';
import { z } from 'zod';

const CLAIMS_UPDATE = '$SYS.REQ.CLAIMS.UPDATE';

const updated = z.object({ data: z.object({ code: z.number() }) });
const refused = z.object({ error: z.object({ code: z.number(), description: z.string() }) });

/**
 * Gives an account to the server's resolver (type `full`), or replaces it. Takes effect at once, also for connections
 * that are open.
 * @param system a connection of the system account that may publish `$SYS.REQ.CLAIMS.UPDATE`
 * @throws Error when the server does not take it
 */
export async function pushAccount(system: NatsConnection, accountJwt: string, timeoutMs = 5_000): Promise<void> {
  const reply = await system.request(CLAIMS_UPDATE, accountJwt, { timeout: timeoutMs });
  const body: unknown = reply.json();
  const ok = updated.safeParse(body);
  if (ok.success && ok.data.data.code === 200) return;
  const no = refused.safeParse(body);
  throw new Error(`the server refused the account: ${no.success ? no.data.error.description : 'unknown answer'}`);
}

/**
 * Creates the durable consumer `biz_<id>` from which a business reads its events from the start. Repeatable.
 * @param services a connection of the services' account that may create consumers of EVENTS
 */
export async function createBusinessConsumer(services: NatsConnection, businessId: string): Promise<void> {
  const manager = await jetstreamManager(services, { checkAPI: false, timeout: 5_000 });
  await manager.consumers.add(EVENTS_STREAM, {
    durable_name: businessConsumerName(businessId),
    filter_subject: businessEventsSubject(businessId),
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(30_000),
    max_ack_pending: 1_000,
    max_deliver: -1,
  });
}
