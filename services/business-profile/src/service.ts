/** The business-profile service, bootable in any process. Started in the order of what needs what, disposed the other way round. */
import { type Runnable, writePortFile } from '@frontdesk/lifecycle';
import { startHealthServer } from '@frontdesk/observability';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { serveAuthenticateApiKey } from './inbound/authenticate-api-key.ts';
import { serveCreateApiKey } from './inbound/create-api-key.ts';
import { serveCreateBusiness } from './inbound/create-business.ts';
import { serveIssueEventCredentials } from './inbound/issue-event-credentials.ts';
import { servePutKnowledge } from './inbound/put-knowledge.ts';
import { serveSearchKnowledge } from './inbound/search-knowledge.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

const inbound = [
  serveAuthenticateApiKey,
  serveCreateApiKey,
  serveCreateBusiness,
  serveIssueEventCredentials,
  servePutKnowledge,
  serveSearchKnowledge,
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
