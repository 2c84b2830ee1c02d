/** The caller-profile service, bootable in any process. Started in the order of what needs what, disposed the other way. */
import { type Runnable, writePortFile } from '@frontdesk/lifecycle';
import { startHealthServer } from '@frontdesk/observability';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { consumeCallSummarized } from './inbound/on-call-summarized.ts';
import { serveRecogniseCaller } from './inbound/recognise-caller.ts';
import { serveSaveCallerName } from './inbound/save-caller-name.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

export interface RunningService extends Runnable {
  readonly healthPort: number;
}

/** Connects, consumes, serves and says on which port it is watched. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using starting = new AsyncDisposableStack();
  const context = await createContext(config, starting, overrides);
  starting.use(await consumeCallSummarized(context));
  for (const serve of [serveRecogniseCaller, serveSaveCallerName]) await serve(context);

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
