// Pins: a frozen bridge that is waited for, one that is gone and taken for alive, and a connection for every question.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { PROBE_TIMEOUT_MS } from '../../domain/pulse.ts';
import { answersOverHttp } from './probe.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(answer: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('any answer is a sign of life, and all questions share a connection', async () => {
  const ports = new Set<number | undefined>();
  const address = await listen((request, response) => {
    ports.add(request.socket.remotePort);
    response.writeHead(503).end('{"status":"draining"}');
  });
  for (let asked = 0; asked < 3; asked += 1) {
    expect(await answersOverHttp(address)).toBe(true);
    // The connection is given back in the turn after the answer's end.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ports.size).toBe(1);
});

test('silence is an answer, too, and does not take longer than it may', async () => {
  const address = await listen(() => undefined);
  const beganMs = performance.now();
  expect(await answersOverHttp(address)).toBe(false);
  expect(performance.now() - beganMs).toBeLessThan(PROBE_TIMEOUT_MS * 2);
});

test('nobody there is no', async () => {
  const address = await listen(() => undefined);
  server?.close();
  expect(await answersOverHttp(address)).toBe(false);
});

test('an answer that breaks off is no', async () => {
  const address = await listen((request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setImmediate(() => request.socket.destroy());
  });
  expect(await answersOverHttp(address)).toBe(false);
});
