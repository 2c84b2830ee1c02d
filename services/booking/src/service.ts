/** The booking service, bootable in any process. Started in the order of what needs what, disposed the other way. */
import { type RunningService, running, startHealth } from '@frontdesk/service';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { serveBookSlot } from './inbound/book-slot.ts';
import { serveFindSlots } from './inbound/find-slots.ts';
import { serveListServices } from './inbound/list-services.ts';
import { serveListUpcoming } from './inbound/list-upcoming.ts';
import { servePutBookingRules } from './inbound/put-booking-rules.ts';
import { servePutResource } from './inbound/put-resource.ts';
import { servePutService } from './inbound/put-service.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

const inbound = [
  serveBookSlot,
  serveFindSlots,
  serveListServices,
  serveListUpcoming,
  servePutBookingRules,
  servePutResource,
  servePutService,
];

/** Connects, serves and tells its port. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using closing = new AsyncDisposableStack();
  const context = await createContext(config, closing, overrides);
  for (const serve of inbound) await serve(context);
  const { metrics, messaging, db } = context;
  const ready = async () => ({ nats: messaging.connected, postgres: await db.ping() });
  const health = await startHealth({ config, metrics, ready }, closing);
  return await running({ config, context, ports: { healthPort: health.port } }, closing);
}
