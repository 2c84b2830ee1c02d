/** The transcript service, bootable in any process. Started in the order of what needs what, disposed the other way. */
import { type Runnable, writePortFile } from '@frontdesk/lifecycle';
import { startHealthServer } from '@frontdesk/observability';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { consumeEvents } from './inbound/call-events.ts';
import { serveCallStats } from './inbound/call-stats.ts';
import { serveGetCall } from './inbound/get-call.ts';
import { serveListCalls } from './inbound/list-calls.ts';
import { startSummaryTimer } from './inbound/summary-timer.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

export interface RunningService extends Runnable {
  readonly healthPort: number;
}

/** Connects, consumes, serves and says on which port it is watched. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using starting = new AsyncDisposableStack();
  const context = await createContext(config, starting, overrides);
  const summaries = starting.use(startSummaryTimer(context));
  starting.use(await consumeEvents({ ...context, summaries }));
  for (const serve of [serveGetCall, serveListCalls, serveCallStats]) await serve(context);

  const health = await startHealthServer({
    host: config.healthHost,
    port: config.healthPort,
    registry: context.metrics.registry,
    ready: async () => ({ nats: context.messaging.connected, postgres: await context.db.ping() }),
  });
  starting.defer(() => health.close());
  context.log.info({ event: 'listening', healthPort: health.port }, 'listening');
  await writePortFile(config.portFile, { healthPort: health.port });
  const running = starting.move();
  return {
    healthPort: health.port,
    failed: context.messaging.closed(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
