/** The transcript service, bootable in any process. Started in the order of what needs what, disposed the other way. */
import { type RunningService, running, startHealth } from '@frontdesk/service';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { consumeEvents } from './inbound/call-events.ts';
import { serveCallStats } from './inbound/call-stats.ts';
import { serveGetCall } from './inbound/get-call.ts';
import { serveListCalls } from './inbound/list-calls.ts';
import { startRecordTimer } from './inbound/record-timer.ts';
import { startSummaryTimer } from './inbound/summary-timer.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

/** Connects, serves and tells its port. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using closing = new AsyncDisposableStack();
  const context = await createContext(config, closing, overrides);
  const summaries = closing.use(startSummaryTimer(context));
  closing.use(startRecordTimer(context));
  closing.use(await consumeEvents({ ...context, summaries }));
  for (const serve of [serveGetCall, serveListCalls, serveCallStats]) await serve(context);
  const { metrics, messaging, db } = context;
  const ready = async () => ({ nats: messaging.connected, postgres: await db.ping() });
  const health = await startHealth({ config, metrics, ready }, closing);
  return await running({ config, context, ports: { healthPort: health.port } }, closing);
}
