/** The booking service, bootable in any process. Started in the order of what needs what, disposed the other way round. */
import { type Runnable, writePortFile } from '@frontdesk/lifecycle';
import { startHealthServer } from '@frontdesk/observability';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { serveBookSlot } from './inbound/book-slot.ts';
import { serveFindSlots } from './inbound/find-slots.ts';
import { serveListServices } from './inbound/list-services.ts';
import { servePutBookingRules } from './inbound/put-booking-rules.ts';
import { servePutResource } from './inbound/put-resource.ts';
import { servePutService } from './inbound/put-service.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

const inbound = [
  serveBookSlot,
  serveFindSlots,
  serveListServices,
  servePutBookingRules,
  servePutResource,
  servePutService,
];

export interface RunningService extends Runnable {
  readonly healthPort: number;
}

/** Connects, serves and reports its port. A failed start releases what it had acquired. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const context = await createContext(config, stack, overrides);
  for (const serve of inbound) await serve(context);
  const health = await startHealthServer({
    ...config.health,
    registry: context.metrics.registry,
    ready: async () => ({ nats: context.messaging.connected, postgres: await context.db.ping() }),
  });
  stack.defer(() => health.close());
  context.log.info({ event: 'listening', healthPort: health.port }, 'listening');
  await writePortFile(config.portFile, { healthPort: health.port });
  const running = stack.move();
  return {
    healthPort: health.port,
    failed: context.messaging.closed(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
