/** Puts the parts together around one connection. */
import { createInFlight, withDeadline } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import { jetstream } from '@nats-io/jetstream';
import { openBucket } from './bucket.ts';
import { connectNats, type Link, watchLink } from './connection.ts';
import { consume } from './consume.ts';
import { publishEvent, publishStored } from './publish.ts';
import { request } from './request.ts';
import { createServer, type Server } from './serve.ts';
import { onSignal, sendSignal } from './signals.ts';
import type { Messaging, MessagingOptions } from './types.ts';

const DEFAULT_DRAIN_MS = 10_000;
const DEFAULT_MAX_IN_FLIGHT = 512;
/** Part of a drain that is left for the connection itself. */
const CLOSE_MS = 2_000;

/** @throws Error when NATS cannot be reached in time, or refuses the credentials */
export async function connectMessaging(options: MessagingOptions): Promise<Messaging> {
  const { service, log, hooks = {} } = options;
  const nc = await connectNats(options);
  const link = watchLink(nc);
  const inFlight = createInFlight();
  const stream = jetstream(nc, { timeout: 2_000 });
  const maxInFlight = options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT;
  const server = createServer({ ...options, link, hooks, inFlight, maxInFlight });
  /** Consumers, watches and signals, so that a drain stops what nobody stopped before. */
  const listening = new Set<AsyncDisposable>();
  let draining: Promise<void> | undefined;
  const closed = closedForGood(link, server, log, () => draining !== undefined);
  link.onStatus((connected) => {
    if (!draining) log.info({ connected }, 'the connection to NATS changed');
  });

  function track(disposable: AsyncDisposable): AsyncDisposable {
    const tracked: AsyncDisposable = {
      async [Symbol.asyncDispose]() {
        if (listening.delete(tracked)) await disposable[Symbol.asyncDispose]();
      },
    };
    listening.add(tracked);
    return tracked;
  }

  async function drain(timeoutMs = DEFAULT_DRAIN_MS): Promise<void> {
    draining ??= stop(timeoutMs);
    await draining;
  }

  /** The client's own drain would close before handlers that are still running have answered. */
  async function stop(timeoutMs: number): Promise<void> {
    const workMs = Math.max(timeoutMs - CLOSE_MS, timeoutMs / 2);
    const step = (what: string, ms: number, work: () => Promise<unknown>) =>
      withDeadline(what, ms, work()).catch((error: unknown) => log.warn({ err: error }, 'a drain was not complete'));
    await step('taking no more work', workMs, () =>
      Promise.all([
        link.connected ? server.stop() : undefined,
        ...[...listening].map((disposable) => disposable[Symbol.asyncDispose]()),
      ]),
    );
    if (!(await inFlight.idle(workMs))) log.warn({ count: inFlight.count }, 'requests were still running at the end');
    if (link.connected) await step('sending the last replies', CLOSE_MS, () => nc.flush());
    await step('closing the connection', CLOSE_MS, () => nc.close());
  }

  return {
    raw: nc,
    get connected() {
      return link.connected;
    },
    request: (contract, target, body, requestOptions) => request(link, contract, target, body, requestOptions),
    serve: (contract, handler, { podId } = {}) => server.serve(contract, handler, podId),
    publishEvent: (contract, event, { timeoutMs } = {}) =>
      publishEvent(link, stream, service, contract, event, timeoutMs),
    publishStored: (event, subject, messageId, { timeoutMs } = {}) =>
      publishStored(link, stream, event, subject, messageId, timeoutMs),
    consume: async (consumeOptions) => track(await consume({ link, stream, service, log, hooks }, consumeOptions)),
    async bucket(contract) {
      const opened = await openBucket({ link, stream, log }, contract);
      return { ...opened, watch: async (onChange, watch) => track(await opened.watch(onChange, watch)) };
    },
    signal: (contract, fromPodId, body) => sendSignal(link, contract, fromPodId, body),
    onSignal: (contract, handler) => track(onSignal(link, log, contract, handler)),
    onStatus: (fn) => link.onStatus(fn),
    closed: () => closed,
    drain,
    [Symbol.asyncDispose]: () => drain(),
  };
}

async function closedForGood(
  link: Link,
  server: Server,
  log: Logger,
  isOurs: () => boolean,
): Promise<Error | undefined> {
  const reason = await Promise.race([link.nc.closed(), server.failed]);
  if (isOurs()) return undefined;
  const error = reason ?? new Error('the connection to NATS was closed');
  log.error({ err: error }, 'messaging is over: this process must stop');
  return error;
}
