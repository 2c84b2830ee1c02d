/** The media-bridge, bootable in any process: it speaks for callers until it is disposed, and then lets them finish. */
import { RELEASE } from '@frontdesk/contracts/release';
import { type RunningService, running, startHealth } from '@frontdesk/service';
import { type Config, MAX_DRAIN_MS } from './config.ts';
import { type Context, createContext } from './context.ts';
import { serveMediaStreams } from './inbound/media-stream.ts';
import { serveNextStep } from './inbound/next-step.ts';
import { serveReserveCall } from './inbound/reserve-call.ts';
import { announceBridge } from './outbound/gateway/announcement.ts';
import { watchLoopLag } from './outbound/gateway/loop-lag.ts';
import { openLiveCall } from './store/live-call.ts';
import { createLiveCalls } from './store/live-calls.ts';

export { type Config, readConfig } from './config.ts';

/** After the drain: the last records and events, the replies under way. */
const LAST_WORDS_MS = 5_000;
/** The longest a stop can take. */
export const stopTimeoutMs = MAX_DRAIN_MS + 4 * LAST_WORDS_MS;

/** Connects, serves and tells its port. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using closing = new AsyncDisposableStack();
  const context = await createContext(config, closing, overrides);
  const { messaging, metrics, log, clock } = context;

  const lag = closing.use(watchLoopLag());
  let loopLagMs = 0;
  const { pool, capacity, podId, zone } = config;
  const calls = createLiveCalls({
    clock,
    state: () => ({ pool, capacity, loopLagMs }),
    open: (reservation) => openLiveCall(context, address(), reservation),
    onChange: (active) => metrics.active.set(active),
  });
  const streams = serveMediaStreams(context, calls);
  const ready = () => ({ nats: messaging.connected, accepting: !calls.draining });
  const http = await startHealth({ config, metrics, ready, handler: serveNextStep(calls) }, closing);
  http.server.on('upgrade', (request, socket, head) => streams.upgrade(request, socket, head));
  closing.defer(() => streams.close());
  const address = () => config.podAddress ?? `${config.health.host}:${http.port}`;

  await serveReserveCall(context, calls);
  const announcer = closing.use(
    announceBridge(messaging, clock, () => {
      loopLagMs = lag.readMs();
      metrics.loopLag.set(loopLagMs / 1_000);
      const state = calls.draining ? 'draining' : 'ready';
      const { active } = calls;
      return { podId, address: address(), pool, zone, version: RELEASE, active, capacity, state, loopLagMs };
    }),
  );
  // Added last, so that it happens first: the calls end while everything they need is still there.
  closing.defer(async () => {
    const drained = calls.drain(config.drainMs);
    announcer.now();
    log.info({ event: 'draining', active: calls.active }, 'draining');
    if (!(await drained)) log.warn({ active: calls.active }, 'calls were cut off: they outlasted the drain');
    await calls.endAll(LAST_WORDS_MS);
  });
  return await running({ config, context, ports: { healthPort: http.port } }, closing);
}
