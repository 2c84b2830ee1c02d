/** The media-bridge, bootable in any process: it speaks for callers until it is disposed, and then lets them finish. */
import { RELEASE } from '@frontdesk/contracts/release';
import { type RunningService, running, startHealth } from '@frontdesk/service';
import { type Config, MAX_DRAIN_MS } from './config.ts';
import { type Context, createContext } from './context.ts';
import { HAND_OVER_WITHIN_MS } from './domain/hand-over.ts';
import { serveCallOver } from './inbound/call-over.ts';
import { serveMediaStreams } from './inbound/media-stream.ts';
import { serveNextStep } from './inbound/next-step.ts';
import { serveReleaseCall } from './inbound/release-call.ts';
import { serveReserveCall } from './inbound/reserve-call.ts';
import { announceBridge } from './outbound/gateway/announcement.ts';
import { watchLoopLag } from './outbound/gateway/loop-lag.ts';
import { claimCall } from './store/claimed-call.ts';
import { watchFreezes } from './store/freeze-watch.ts';
import { openLiveCall } from './store/live-call.ts';
import { createLiveCalls } from './store/live-calls.ts';

export { type Config, readConfig } from './config.ts';

/** After the drain: the last records and events, the replies under way. */
const LAST_WORDS_MS = 5_000;
/** For calls that outlasted the drain to reach a moment when nothing is lost, and for their records to be complete. */
const HAND_OVER_MS = HAND_OVER_WITHIN_MS + 4_000;
/** A gateway asks what comes next a network's way after the stream closed. */
const NEXT_ASKED_WITHIN_MS = 3_000;
/** The longest a stop can take. */
export const stopTimeoutMs = MAX_DRAIN_MS + HAND_OVER_MS + 4 * LAST_WORDS_MS;

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
    open: (reservation, claimed) => openLiveCall(context, { address: address(), isWakingUp }, reservation, claimed),
    claimRecord: (reservation) => claimCall(context, { podId, address: address() }, reservation),
    onChange: (active) => metrics.active.set(active),
  });
  const freezes = closing.use(
    watchFreezes(clock, (frozenMs) => {
      log.warn({ event: 'frozen', frozenMs: Math.round(frozenMs), active: calls.active }, 'this process stood still');
      calls.doubt();
    }),
  );
  const isWakingUp = () => freezes.isWakingUp();
  const streams = serveMediaStreams(context, calls);
  const ready = () => ({ nats: messaging.connected, accepting: !calls.draining });
  const http = await startHealth({ config, metrics, ready, handler: serveNextStep(calls) }, closing);
  http.server.on('upgrade', (request, socket, head) => streams.upgrade(request, socket, head));
  closing.defer(() => streams.close());
  const address = () => config.podAddress ?? `${config.health.host}:${http.port}`;

  await serveReserveCall(context, calls);
  await serveReleaseCall(context, calls);
  await serveCallOver(context, calls);
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
    if (!(await drained)) {
      log.info({ event: 'handing_over', active: calls.active }, 'calls outlasted the drain and are handed over');
      if (!(await calls.handOver(HAND_OVER_MS))) log.warn({ active: calls.active }, 'calls were cut off');
    }
    await calls.endAll(LAST_WORDS_MS);
    await calls.untilAsked(NEXT_ASKED_WITHIN_MS);
  });
  return await running({ config, context, ports: { healthPort: http.port } }, closing);
}
