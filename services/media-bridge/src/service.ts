/** The media-bridge, started: it speaks for callers until it is disposed, and then lets them finish. */
import { RELEASE } from '@frontdesk/contracts/release';
import { writePortFile } from '@frontdesk/lifecycle';
import { startHealthServer, startTelemetry } from '@frontdesk/observability';
import { MAX_DRAIN_MS, type MediaBridgeConfig } from './config.ts';
import { type Context, createContext } from './context.ts';
import { serveMediaStreams } from './inbound/media-stream.ts';
import { serveNextStep } from './inbound/next-step.ts';
import { serveReserveCall } from './inbound/reserve-call.ts';
import { announceBridge } from './outbound/gateway/announcement.ts';
import { watchLoopLag } from './outbound/gateway/loop-lag.ts';
import { openLiveCall } from './store/live-call.ts';
import { createLiveCalls } from './store/live-calls.ts';

export { type MediaBridgeConfig, readMediaBridgeConfig } from './config.ts';

/** After the drain: the last records and events, the replies under way. */
const LAST_WORDS_MS = 5_000;
/** The longest a stop can take. */
export const stopTimeoutMs = MAX_DRAIN_MS + 4 * LAST_WORDS_MS;

export interface RunningService extends AsyncDisposable {
  /** The one listener of a bridge. */
  readonly healthPort: number;
}

export async function startService(
  config: MediaBridgeConfig,
  overrides: Partial<Context> = {},
): Promise<RunningService> {
  await using starting = new AsyncDisposableStack();
  const { tracesFile, otlpEndpoint } = config.telemetry;
  const telemetry = startTelemetry({
    service: 'media-bridge',
    instanceId: config.instance,
    tracesFile,
    otlpEndpoint,
  });
  starting.defer(() => telemetry.shutdown());
  const context = await createContext(config, starting, overrides);
  const { messaging, metrics, log, clock } = context;

  const lag = starting.use(watchLoopLag());
  let loopLagMs = 0;
  const { pool, capacity, podId, zone } = config;
  const calls = createLiveCalls({
    clock,
    state: () => ({ pool, capacity, loopLagMs }),
    open: (reservation) => openLiveCall(context, address(), reservation),
    onChange: (active) => metrics.active.set(active),
  });
  const streams = serveMediaStreams(context, calls);
  const http = await startHealthServer({
    host: config.host,
    port: config.port,
    registry: metrics.registry,
    ready: () => ({ nats: messaging.connected, accepting: !calls.draining }),
    handler: serveNextStep(calls),
  });
  http.server.on('upgrade', (request, socket, head) => streams.upgrade(request, socket, head));
  starting.defer(() => http.close());
  starting.defer(() => streams.close());
  const address = () => config.podAddress ?? `${config.host}:${http.port}`;

  await serveReserveCall(context, calls);
  const announcer = starting.use(
    announceBridge(messaging, clock, () => {
      loopLagMs = lag.readMs();
      metrics.loopLag.set(loopLagMs / 1_000);
      const state = calls.draining ? 'draining' : 'ready';
      const { active } = calls;
      return { podId, address: address(), pool, zone, version: RELEASE, active, capacity, state, loopLagMs };
    }),
  );
  await writePortFile(config.portFile, { healthPort: http.port });
  log.info({ event: 'listening', healthPort: http.port }, 'listening');

  const closing = starting.move();
  return {
    healthPort: http.port,
    async [Symbol.asyncDispose]() {
      const drained = calls.drain(config.drainMs);
      announcer.now();
      log.info({ event: 'draining', active: calls.active }, 'draining');
      if (!(await drained)) log.warn({ active: calls.active }, 'calls were cut off: they outlasted the drain');
      await calls.endAll(LAST_WORDS_MS);
      await closing.disposeAsync();
    },
  };
}
