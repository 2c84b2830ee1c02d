/** The business-profile service, bootable in any process. Started in the order of what needs what, disposed the other way. */
import { type RunningService, running, startHealth } from '@frontdesk/service';
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
