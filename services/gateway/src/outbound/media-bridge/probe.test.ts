// Pins: a frozen bridge that is waited for, one that is gone and taken for alive, and a connection for every question.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { answersOverHttp } from './probe.ts';

const WITHIN_MS = 500;

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
    expect(await answersOverHttp(address, WITHIN_MS)).toBe(true);
    // The connection is given back in the turn after the answer's end.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ports.size).toBe(1);
});

test('silence is an answer, too, and does not take longer than it may', async () => {
  const address = await listen(() => undefined);
  const beganMs = performance.now();
  expect(await answersOverHttp(address, WITHIN_MS)).toBe(false);
  expect(performance.now() - beganMs).toBeLessThan(WITHIN_MS * 2);
});

test('nobody there is no', async () => {
  const address = await listen(() => undefined);
  server?.close();
  expect(await answersOverHttp(address, WITHIN_MS)).toBe(false);
});

test('an answer that breaks off is no', async () => {
  const address = await listen((request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setImmediate(() => request.socket.destroy());
  });
  expect(await answersOverHttp(address, WITHIN_MS)).toBe(false);
});

test('an answer that came in time counts, also when we are too busy to read it in time', async () => {
  const answering = new Worker(ANSWERING, { eval: true });
  const [port] = await once(answering, 'message');
  const answered = answersOverHttp(`127.0.0.1:${port}`, 100);
  // Sent, and then nothing else is done here until long after the time for an answer.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const busyUntilMs = performance.now() + 400;
  while (performance.now() < busyUntilMs);
  expect(await answered).toBe(true);
  await answering.terminate();
});

/** A bridge that goes on while we do not. */
const ANSWERING = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:http').createServer((_, response) => setTimeout(() => response.end('{}'), 60));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
