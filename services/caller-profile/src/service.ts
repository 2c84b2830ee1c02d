/** The caller-profile service, bootable in any process. Started in the order of what needs what, disposed the other way. */
import { type RunningService, running, startHealth } from '@frontdesk/service';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { serveCompleteTask } from './inbound/complete-task.ts';
import { serveListTasks } from './inbound/list-tasks.ts';
import { consumeCallSummarized } from './inbound/on-call-summarized.ts';
import { consumeCallbackRequested } from './inbound/on-callback-requested.ts';
import { consumeMessageTaken } from './inbound/on-message-taken.ts';
import { consumeVoicemailReceived } from './inbound/on-voicemail-received.ts';
import { serveRecogniseCaller } from './inbound/recognise-caller.ts';
import { serveSaveCallerName } from './inbound/save-caller-name.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

/** Connects, serves and tells its port. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using closing = new AsyncDisposableStack();
  const context = await createContext(config, closing, overrides);
  for (const consume of [
    consumeCallSummarized,
    consumeMessageTaken,
    consumeCallbackRequested,
    consumeVoicemailReceived,
  ]) {
    closing.use(await consume(context));
  }
  for (const serve of [serveRecogniseCaller, serveSaveCallerName, serveListTasks, serveCompleteTask]) {
    await serve(context);
  }
  const { metrics, messaging, db } = context;
  const ready = async () => ({ nats: messaging.connected, postgres: await db.ping() });
  const health = await startHealth({ config, metrics, ready }, closing);
  return await running({ config, context, ports: { healthPort: health.port } }, closing);
}
