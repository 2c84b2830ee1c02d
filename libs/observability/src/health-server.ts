/**
 * The small HTTP listener every process has: is it alive, may it be given work, what did it measure.
 *
 * `/healthz` only proves that the event loop turns, because Kubernetes answers a failure by killing the process.
 * `/readyz` names each dependency, so that a person sees at once which one is missing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { withDeadline } from '@frontdesk/lifecycle';
import type { Registry } from 'prom-client';

/** Below the 1 s that Kubernetes waits for a probe by default. */
const READY_DEADLINE_MS = 800;
const CLOSE_DEADLINE_MS = 1_000;

export type ReadyChecks = Record<string, boolean>;

export interface HealthServerOptions {
  host: string;
  /** 0 for a free one. */
  port: number;
  registry: Registry;
  /** Each dependency by name; ready when all are true. */
  ready: () => ReadyChecks | Promise<ReadyChecks>;
  /** More routes; returns true when it answered (or will). */
  handler?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface HealthServer {
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

/** @throws when the port is taken */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, port, registry, ready, handler } = options;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0];
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && path === '/healthz') return sendJson(response, 200, { status: 'ok' });
    if (reads && path === '/readyz') {
      const checks = await readiness(ready);
      return sendJson(response, Object.values(checks).every(Boolean) ? 200 : 503, { checks });
    }
    if (reads && path === '/metrics') {
      const body = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(body);
      return;
    }
    if (handler?.(request, response)) return;
    sendJson(response, 404, { error: 'not_found' });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      // A metric's collect() or an extra route threw; the process is still alive.
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: 'internal' });
    });
  });

  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, host, resolve);
  await listening;
  server.off('error', reject);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the health server has no TCP address');

  return {
    port: address.port,
    server,
    close() {
      const { promise: closed, resolve: done } = Promise.withResolvers<void>();
      server.close(() => done());
      server.closeIdleConnections();
      const late = setTimeout(() => {
        // A client that keeps its connection must not keep the process. Upgraded sockets belong to whoever took them.
        server.closeAllConnections();
        done();
      }, CLOSE_DEADLINE_MS);
      return closed.finally(() => clearTimeout(late));
    },
  };
}

/** A check that throws or hangs counts as not ready: it must not take the endpoint with it. */
async function readiness(ready: HealthServerOptions['ready']): Promise<ReadyChecks> {
  try {
    return await withDeadline('the readiness checks', READY_DEADLINE_MS, async () => ready());
  } catch (error) {
    return { [error instanceof Error ? error.name : 'unknown']: false };
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
