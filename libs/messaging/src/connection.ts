/**
 * One connection, with the client's traps defused:
 * - it never gives up reconnecting (the default is closed for good after ten tries)
 * - it notices a dead peer within 10 to 15 s (the default takes four minutes)
 * - it says whether it is connected, so that callers fail at once instead of waiting out their timeouts
 * - it retries the first connection within a deadline, and then reports why it failed
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '@frontdesk/lifecycle';
import { AuthorizationError, connect, credsAuthenticator, type NatsConnection, type NodeConnectionOptions } from 'nats';
import { inboxPrefix } from './subjects.ts';

export interface ConnectOptions {
  servers: string | string[];
  credsFile?: string;
  service: string;
  instanceId: string;
  connectTimeoutMs?: number;
}

/** @throws Error when there is no connection in time, or at once when the credentials are refused */
export async function connectNats(options: ConnectOptions): Promise<NatsConnection> {
  const timeoutMs = options.connectTimeoutMs ?? 10_000;
  const deadline = performance.now() + timeoutMs;
  const config: NodeConnectionOptions = {
    servers: options.servers,
    name: options.instanceId,
    inboxPrefix: inboxPrefix(options.service),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 200,
    pingInterval: 5_000,
    maxPingOut: 2,
    // A server that has just restarted may not know the account yet; giving up on it would stop the service.
    ignoreAuthErrorAbort: true,
    // Stack traces of every request cost more than the requests.
    noAsyncTraces: true,
  };
  if (options.credsFile) config.authenticator = credsAuthenticator(await readFile(options.credsFile));
  const waitMs = backoff({ baseMs: 50, maxMs: 1_000 });
  for (let attempt = 0; ; attempt++) {
    const remaining = deadline - performance.now();
    try {
      return await connect({ ...config, timeout: Math.max(250, Math.min(5_000, remaining)) });
    } catch (error) {
      if (isRefusal(error)) throw new Error('NATS refused the credentials', { cause: error });
      const pause = waitMs(attempt);
      if (performance.now() + pause >= deadline) {
        throw new Error(`no connection to NATS within ${timeoutMs} ms`, { cause: error });
      }
      await delay(pause);
    }
  }
}

/** On a busy machine the server may give up waiting for our answer; the client counts that as a refusal. */
function isRefusal(error: unknown): boolean {
  return error instanceof AuthorizationError && !/authentication timeout/i.test(error.message);
}

/** The connection was lost while something waited for an answer: it may or may not have happened. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** Whether a connection is up, and waits that end when that changes. */
export interface Link {
  readonly nc: NatsConnection;
  readonly connected: boolean;
  /** Called with every change. */
  onStatus(fn: (connected: boolean) => void): Disposable;
  /** Resolves like `work`, or rejects with ConnectionLostError as soon as the connection is lost. */
  unlessLost<T>(work: Promise<T>): Promise<T>;
  /** @returns false when `timeoutMs` passed, or the connection was closed for good, before it was connected */
  untilConnected(timeoutMs: number): Promise<boolean>;
}

export function watchLink(nc: NatsConnection): Link {
  let connected = true;
  const listeners = new Set<(connected: boolean) => void>();
  const change = (now: boolean) => {
    if (now === connected) return;
    connected = now;
    for (const tell of [...listeners]) tell(now);
  };
  const follow = async () => {
    for await (const status of nc.status()) {
      if (status.type === 'disconnect' || status.type === 'close') change(false);
      if (status.type === 'reconnect') change(true);
    }
    change(false);
  };
  // The iterator ends with the connection and never throws.
  void follow();
  void nc.closed().then(() => change(false));

  function onStatus(fn: (connected: boolean) => void): Disposable {
    listeners.add(fn);
    return { [Symbol.dispose]: () => void listeners.delete(fn) };
  }

  return {
    nc,
    get connected() {
      return connected;
    },
    onStatus,
    unlessLost(work) {
      // Without a race, like `withDeadline`.
      return new Promise((resolve, reject) => {
        const lost = onStatus((now) => {
          if (!now) reject(new ConnectionLostError('the connection to NATS was lost'));
        });
        work.then(
          (value) => {
            lost[Symbol.dispose]();
            resolve(value);
          },
          (error: unknown) => {
            lost[Symbol.dispose]();
            reject(error);
          },
        );
      });
    },
    async untilConnected(timeoutMs) {
      if (connected) return true;
      if (nc.isClosed()) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      using _ = onStatus((now) => resolve(now));
      const timer = setTimeout(() => resolve(false), timeoutMs);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
