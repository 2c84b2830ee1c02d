// Pins: sockets without a valid token reaching a bridge, audio changed on the way, and a bridge that dies in the middle of
// a frame, or freezes, leaving Twilio's side open or down without a close frame.
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ROUTE_TOKEN_PURPOSE, routeToken } from '@frontdesk/contracts/media-bridge/route-token';
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
  putThrough,
  startGateway,
  startTestBridge,
  type TestBridge,
  TOKEN_KEYS,
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

async function placedCall(door = gateway, pool = POOL): Promise<string> {
  const entry = await addBusiness({ pool, maxConcurrentCalls: 100 });
  const answer = await putThrough(door, incomingCall(entry.number));
  return new URL(attributeOf(answer.body, 'url')).pathname;
}

function open(path: string, authToken: string | null = ACCOUNT_TOKEN, door = gateway): WebSocket {
  const signature = twilio.getExpectedTwilioSignature(authToken ?? '', PUBLIC_URL.replace('https', 'wss') + path, {});
  return new WebSocket(`ws://127.0.0.1:${door.port}${path}`, {
    headers: authToken === null ? {} : { 'x-twilio-signature': signature },
  });
}

const outcome = (socket: WebSocket) =>
  new Promise<string>((resolve) => {
    socket.once('open', () => resolve('open'));
    socket.once('unexpected-response', (_request, response) => {
      void text(response).then((reason) => resolve(`refused ${response.statusCode} ${reason}`));
    });
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

// Pins: a bridge whose sockets fail, forgiven for a connection that leads to nothing.
test('a bridge counts as reached when it has accepted the socket, not before', async () => {
  const refusing = createServer().on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  );
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  const { port } = refusing.address() as AddressInfo;
  const reached: string[] = [];
  const owners = [
    { podId: 'refuses', address: `127.0.0.1:${port}` },
    { podId: 'accepts', address: bridge.address },
  ];
  const bridges = {
    reserve: async () => ({ kind: 'placed' as const, owner: owners[0] ?? { podId: '', address: '' } }),
    nextStep: async () => 'gone' as const,
    callOver: () => undefined,
    watch: () => ({ [Symbol.dispose]: () => undefined }),
    unreachable: () => undefined,
    reached: ({ podId }: { podId: string }) => void reached.push(podId),
    [Symbol.asyncDispose]: async () => undefined,
  };
  await using door = await startGateway({ POOLS: POOL }, { bridges });
  expect(await outcome(open(await placedCall(door), ACCOUNT_TOKEN, door))).toContain('refused 503');
  owners.shift();
  const socket = open(await placedCall(door), ACCOUNT_TOKEN, door);
  expect(await outcome(socket)).toBe('open');
  expect(reached).toEqual(['accepts']);
  socket.close();
  refusing.close();
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

test('a frozen bridge: every call it carries gets a proper close within two and a half seconds', async () => {
  await using freezing = await startTestBridge('media-frozen');
  await using frontDoor = await startGateway({ POOLS: 'media-frozen' });
  const sockets = [];
  for (let call = 0; call < 3; call += 1) {
    const path = await placedCall(frontDoor, 'media-frozen');
    const socket = open(path, ACCOUNT_TOKEN, frontDoor);
    expect(await outcome(socket)).toBe('open');
    sockets.push(socket);
  }
  const before = freezing.probes;
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  // Asked twice a second, however many calls it carries.
  expect(freezing.probes - before).toBeLessThanOrEqual(4);
  expect(freezing.probes - before).toBeGreaterThanOrEqual(2);
  const frozenAt = performance.now();
  freezing.frozen = true;
  const codes = await Promise.all(
    sockets.map((socket) => new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)))),
  );
  expect(codes).toEqual([1011, 1011, 1011]);
  expect(performance.now() - frozenAt).toBeLessThan(2_500);
});

test('a gateway that stops closes what it carries with a close frame', async () => {
  const stopping = await startGateway({ POOLS: POOL, DRAIN_MS: '100' });
  const socket = open(await placedCall(), ACCOUNT_TOKEN, stopping);
  expect(await outcome(socket)).toBe('open');
  const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
  await stopping[Symbol.asyncDispose]();
  expect(await closed).toBe(1011);
});

test('a bridge lost before it accepted the upgrade is a refused upgrade, not a silent one', async () => {
  bridge.http.prependOnceListener('upgrade', (_request, socket: Duplex) => socket.destroy());
  expect(await outcome(open(await placedCall()))).toMatch(/^refused 502/);
});

test('a missing, foreign, forged or expired token, or a wrong signature, does not get past the upgrade', async () => {
  const path = await placedCall();
  const [, , businessId = '', token = ''] = path.split('/');
  const before = bridge.sockets.clients.size;
  const route = {
    callSid: `CA${'0'.repeat(32)}`,
    businessId,
    podId: bridge.podId,
    address: '127.0.0.1:1',
    reservationId: 'x',
  };
  const now = Temporal.Now.instant();
  const sign = (keys: string, at: Temporal.Instant, purpose = ROUTE_TOKEN_PURPOSE) =>
    createTokenSigner(routeToken, keys, purpose).sign(route, 60_000, at);
  const forged = sign(`t1:${Buffer.alloc(32, 7).toString('base64')}`, now);
  const expired = sign(TOKEN_KEYS, now.subtract({ minutes: 2 }));
  const ofAnotherKind = sign(TOKEN_KEYS, now, 'call');
  expect(await outcome(open(`/media-stream/${businessId}`))).toBe('refused 404 no_such_path');
  expect(await outcome(open(`/media-stream/${businessId}/nonsense`))).toBe('refused 403 token_malformed');
  expect(await outcome(open(`/media-stream/another-business/${token}`))).toBe('refused 403 token_of_another_business');
  expect(await outcome(open(`/media-stream/${businessId}/${forged}`))).toBe('refused 403 token_forged');
  expect(await outcome(open(`/media-stream/${businessId}/${ofAnotherKind}`))).toBe('refused 403 token_forged');
  expect(await outcome(open(`/media-stream/${businessId}/${expired}`))).toBe('refused 403 token_expired');
  expect(await outcome(open(path, 'a-token-of-somebody-else'))).toBe('refused 403 signature');
  expect(await outcome(open(path, null))).toBe('refused 403 signature');
  expect(bridge.sockets.clients.size).toBe(before);
});

test('a peer that is refused and never closes is not kept', async () => {
  const peer = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  const closed = new Promise<void>((resolve) => peer.once('close', () => resolve()));
  peer.on('error', () => undefined).resume();
  peer.write('GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await new Promise<void>((resolve) => peer.once('end', () => resolve()));
  // A half-closed peer may still write; once the other side is really gone, that fails.
  const writing = setInterval(() => peer.write('x'), 50);
  await closed;
  clearInterval(writing);
});
