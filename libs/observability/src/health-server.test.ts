// Pins: a process that is killed because a neighbour is down, gets work it cannot do, or cannot stop because a client
// keeps its connection.
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type HealthServer, type HealthServerOptions, startHealthServer } from './health-server.ts';
import { createMetrics } from './metrics.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function start(options: Partial<HealthServerOptions> = {}) {
  const { registry } = createMetrics('booking');
  server = await startHealthServer({ host: '127.0.0.1', port: 0, registry, ready: () => ({ nats: true }), ...options });
  const { port } = server;
  return async (path: string, init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) as unknown };
  };
}

test('alive whatever is missing; ready only when nothing is', async () => {
  let postgres = false;
  const get = await start({ ready: async () => ({ nats: true, postgres }) });
  expect((await get('/healthz')).status).toBe(200);
  const missing = await get('/readyz?verbose');
  expect(missing.status).toBe(503);
  expect(missing.json()).toEqual({ checks: { nats: true, postgres: false } });
  postgres = true;
  expect((await get('/readyz')).status).toBe(200);
});

test('a check that throws or hangs is not ready, in time for the probe', async () => {
  const throwing = await start({
    ready: () => {
      throw new TypeError('no');
    },
  });
  expect((await throwing('/readyz')).json()).toEqual({ checks: { TypeError: false } });
  await server?.close();
  const hanging = await start({ ready: () => new Promise(() => undefined) });
  const startedMs = performance.now();
  expect((await hanging('/readyz')).status).toBe(503);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('metrics carry the prefix, the service and Node’s own', async () => {
  const metrics = createMetrics('booking');
  metrics.counter('slots_found_total', 'Slots found.', ['outcome']).inc({ outcome: 'ok' }, 3);
  metrics.gauge('calls_active', 'Calls now.').set(2);
  metrics.histogram('tool_seconds', 'Time of a tool.', [0.1, 1]).observe(0.5);
  const get = await start({ registry: metrics.registry });
  const { text } = await get('/metrics');
  expect(text).toContain('frontdesk_slots_found_total{outcome="ok",service="booking"} 3');
  expect(text).toContain('frontdesk_calls_active{service="booking"} 2');
  expect(text).toMatch(/frontdesk_tool_seconds_bucket\{le="1",service="booking"\} 1/);
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

test('two services of one process keep their metrics apart', () => {
  createMetrics('a').counter('same_total', 'x');
  expect(() => createMetrics('b').counter('same_total', 'x')).not.toThrow();
});

test('extra routes answer after the fixed ones; the rest is not found', async () => {
  const get = await start({
    handler: (request, response) => {
      if (request.url !== '/next') return false;
      response.writeHead(202).end('later');
      return true;
    },
  });
  expect(await get('/next', { method: 'POST' })).toMatchObject({ status: 202, text: 'later' });
  expect((await get('/nothing')).status).toBe(404);
  expect((await get('/healthz', { method: 'POST' })).status).toBe(404);
});

test('a route that throws answers 500 and the server lives on', async () => {
  const get = await start({
    handler: () => {
      throw new Error('bug');
    },
  });
  expect(await get('/x')).toMatchObject({ status: 500, text: '{"error":"internal"}' });
  expect((await get('/healthz')).status).toBe(200);
});

test('closing does not wait for a client that keeps its connection', async () => {
  await start();
  const idle = connect(server?.port ?? 0, '127.0.0.1');
  await new Promise((resolve) => idle.once('connect', resolve));
  // Half a request: neither idle nor finished.
  idle.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
  const startedMs = performance.now();
  await server?.close();
  expect(performance.now() - startedMs).toBeLessThan(2_500);
  idle.destroy();
});

test('a taken port is reported', async () => {
  await start();
  const { registry } = createMetrics('other');
  const second = startHealthServer({ host: '127.0.0.1', port: server?.port ?? 0, registry, ready: () => ({}) });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
