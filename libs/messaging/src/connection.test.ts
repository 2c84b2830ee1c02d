// Pins: a service that does not start because the machine was too busy for a handshake within the server's two seconds.

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectNats } from './connection.ts';

const INFO = { server_id: 'S', version: '2.14.0', proto: 1, headers: true, max_payload: 1_048_576 };

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

/** A server that answers its first handshake with this error, and every later one as it should. */
async function refusingOnce(error: string): Promise<{ servers: string; handshakes: () => number }> {
  let handshakes = 0;
  server = createServer((socket) => {
    sockets.add(socket);
    handshakes += 1;
    const refused = handshakes === 1;
    socket.on('error', () => undefined);
    socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
    socket.on('data', (data) => {
      if (refused) socket.end(`-ERR '${error}'\r\n`);
      else if (data.includes('PING\r\n')) socket.write('PONG\r\n');
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { servers: `nats://127.0.0.1:${port}`, handshakes: () => handshakes };
}

const who = { service: 'booking', instanceId: 'booking-1', connectTimeoutMs: 5_000 };

test('a handshake that took too long is tried again', async () => {
  const { servers, handshakes } = await refusingOnce('Authentication Timeout');
  const nc = await connectNats({ servers, ...who });
  expect(handshakes()).toBe(2);
  await nc.close();
});

test('credentials that are refused are not tried again', async () => {
  const { servers, handshakes } = await refusingOnce('Authorization Violation');
  await expect(connectNats({ servers, ...who })).rejects.toThrow('NATS refused the credentials');
  expect(handshakes()).toBe(1);
});
