// Pins: sockets without a valid token reaching a bridge, audio changed on the way, and a bridge that dies in the middle of
// a frame taking Twilio's side down without a close frame.
import type { Socket } from 'node:net';
import { routeToken } from '@frontdesk/contracts/media-bridge/route-token';
import type { RunningGateway } from '@frontdesk/gateway/service';
import { createTokenSigner } from '@frontdesk/secrets';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import {
  ACCOUNT_TOKEN,
  addBusiness,
  attributeOf,
  incomingCall,
  PUBLIC_URL,
  postWebhook,
  startGateway,
  startTestBridge,
  type TestBridge,
} from './world.ts';

const POOL = 'media-test';
let gateway: RunningGateway;
let bridge: TestBridge;

beforeAll(async () => {
  gateway = await startGateway({ POOLS: POOL });
  bridge = await startTestBridge(POOL);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await bridge[Symbol.asyncDispose]();
});

async function placedCall(): Promise<string> {
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 100 });
  const params = incomingCall(entry.number);
  const answer = await vi.waitUntil(
    async () => {
      const reply = await postWebhook(gateway, '/api/v1/voice/incoming', params);
      return reply.body.includes('<Stream') ? reply : undefined;
    },
    { timeout: 5_000, interval: 50 },
  );
  return new URL(attributeOf(answer.body, 'url')).pathname;
}

function open(path: string, authToken: string | null = ACCOUNT_TOKEN): WebSocket {
  const signature = twilio.getExpectedTwilioSignature(authToken ?? '', PUBLIC_URL.replace('https', 'wss') + path, {});
  return new WebSocket(`ws://127.0.0.1:${gateway.port}${path}`, {
    headers: authToken === null ? {} : { 'x-twilio-signature': signature },
  });
}

const outcome = (socket: WebSocket) =>
  new Promise<string>((resolve) => {
    socket.once('open', () => resolve('open'));
    socket.once('unexpected-response', (_request, response) => resolve(`refused ${response.statusCode}`));
    socket.once('error', (error) => resolve(error.message));
  });

test('frames pass both ways unchanged, large ones too', async () => {
  const arrived: Buffer[] = [];
  bridge.sockets.once('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      arrived.push(data);
      socket.send(data);
    }),
  );
  const socket = open(await placedCall());
  const echoed: Buffer[] = [];
  socket.on('message', (data: Buffer) => echoed.push(data));
  expect(await outcome(socket)).toBe('open');
  const sent = ['hello', 'x'.repeat(300), 'y'.repeat(200_000)];
  for (const text of sent) socket.send(text);
  await vi.waitFor(() => expect(echoed.map(String)).toEqual(sent), { timeout: 5_000 });
  expect(arrived.map(String)).toEqual(sent);
  socket.close();
});

test('the bridge closing by itself reaches Twilio with its own code, once', async () => {
  bridge.sockets.once('connection', (socket) => socket.close(1000, 'goodbye'));
  const socket = open(await placedCall());
  const closed = await new Promise<[number, string]>((resolve) =>
    socket.once('close', (code, reason) => resolve([code, reason.toString()])),
  );
  expect(closed).toEqual([1000, 'goodbye']);
});

test('a bridge that dies in the middle of a frame leaves Twilio a proper close', async () => {
  bridge.sockets.once('connection', (socket, request) => {
    const raw: Socket = request.socket;
    socket.send('whole');
    raw.write(Buffer.from([0x81, 100, 0x61, 0x62]));
    setTimeout(() => raw.resetAndDestroy(), 50);
  });
  const socket = open(await placedCall());
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  const code = await new Promise<number>((resolve) => socket.once('close', (closeCode) => resolve(closeCode)));
  expect(code).toBe(1011);
  expect(messages).toEqual(['whole']);
});

test('a missing, foreign, forged or expired token, or a wrong signature, does not get past the upgrade', async () => {
  const path = await placedCall();
  const [, , businessId = '', token = ''] = path.split('/');
  const before = bridge.sockets.clients.size;
  const stale = createTokenSigner(routeToken, `t9:${Buffer.alloc(32, 7).toString('base64')}`).sign(
    { callSid: `CA${'0'.repeat(32)}`, businessId, podId: bridge.podId, address: '127.0.0.1:1', reservationId: 'x' },
    60_000,
    Temporal.Now.instant(),
  );
  expect(await outcome(open(`/media-stream/${businessId}`))).toBe('refused 404');
  expect(await outcome(open(`/media-stream/${businessId}/nonsense`))).toBe('refused 403');
  expect(await outcome(open(`/media-stream/another-business/${token}`))).toBe('refused 403');
  expect(await outcome(open(`/media-stream/${businessId}/${stale}`))).toBe('refused 403');
  expect(await outcome(open(path, 'a-token-of-somebody-else'))).toBe('refused 403');
  expect(await outcome(open(path, null))).toBe('refused 403');
  expect(bridge.sockets.clients.size).toBe(before);
});
