// Pins: a caller's audio lost, doubled or changed between the trunk and the call's own socket, when the trunk is there, is
// not known to the bridge, breaks in the middle of a call, or is not read.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { mediaTrunkId, TRUNK_LANE_HEADER, TrunkReader, trunkLane } from '@frontdesk/contracts/media-bridge/media-trunk';
import type { RunningGateway } from '@frontdesk/gateway/service';
import { unmasked } from '@frontdesk/telephony';
import twilio from 'twilio';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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
} from './world.ts';

const POOL = 'trunk-test';
let gateway: RunningGateway;
let bridge: TestBridge;
/** What came on the trunk, by lane. */
let carried: { lane: number; message: string }[];
/** What came on the calls' own sockets. */
let own: string[];
let lanes: string[];
let trunk: Duplex | undefined;

beforeEach(async () => {
  gateway = await startGateway({ POOLS: POOL });
  bridge = await startTestBridge(POOL);
  carried = [];
  own = [];
  lanes = [];
  trunk = undefined;
  bridge.sockets.on('connection', (socket, request: IncomingMessage) => {
    lanes.push(String(request.headers[TRUNK_LANE_HEADER]));
    socket.on('message', (data) => own.push(String(data)));
  });
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  trunk?.destroy();
  await bridge[Symbol.asyncDispose]();
});

/** The bridge knows trunks from here on. */
function acceptTrunks({ reads }: { reads: boolean }): void {
  const toCalls = bridge.http.listeners('upgrade') as ((...args: unknown[]) => void)[];
  bridge.http.removeAllListeners('upgrade');
  bridge.http.on('upgrade', (request, socket, head) => {
    if (!mediaTrunkId.safeParse(request.url).success) {
      for (const each of toCalls) each(request, socket, head);
      return;
    }
    trunk = socket;
    const reader = new TrunkReader((lane, bytes, from, to) => {
      carried.push({ lane, message: unmasked(bytes, from, to).toString() });
    });
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: frontdesk-media-trunk\r\n\r\n');
    socket.on('error', () => undefined);
    if (reads) socket.on('data', (chunk: Buffer) => reader.push(chunk));
  });
}

async function talk(): Promise<WebSocket> {
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 100 });
  const answer = await putThrough(gateway, incomingCall(entry.number));
  const path = new URL(attributeOf(answer.body, 'url')).pathname;
  const signature = twilio.getExpectedTwilioSignature(ACCOUNT_TOKEN, PUBLIC_URL.replace('https', 'wss') + path, {});
  const headers = { 'x-twilio-signature': signature, [TRUNK_LANE_HEADER]: `${'0'.repeat(32)}/0` };
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}${path}`, { headers });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

const media = (count: number, bytes = 160) =>
  JSON.stringify({ event: 'media', sequenceNumber: String(count), media: { payload: 'A'.repeat(bytes) } });
const mark = JSON.stringify({ event: 'mark', sequenceNumber: '9', streamSid: 'x', mark: { name: 'y'.repeat(150) } });
const key = JSON.stringify({
  event: 'dtmf',
  streamSid: 'MZ',
  sequenceNumber: '5',
  dtmf: { digit: '1' },
  padding: 'x'.repeat(90),
});

test('audio and marks go along the trunk in their order, each call’s under its lane, and everything else through its own socket', async () => {
  acceptTrunks({ reads: true });
  const first = await talk();
  const second = await talk();
  await vi.waitUntil(() => trunk !== undefined);
  await vi.waitUntil(() => {
    first.send(media(1));
    return carried.length > 0;
  });
  const [a, b] = lanes.map((name) => trunkLane.parse(name));
  expect(a?.trunkId).toBe(b?.trunkId);
  expect(a?.trunkId).not.toBe('0'.repeat(32));
  first.send(media(2));
  await vi.waitUntil(() => carried.some(({ message }) => message === media(2)));
  second.send(media(3));
  first.send(mark);
  first.send(media(5));
  first.send(key);
  second.send(media(4, 5_000));
  await vi.waitFor(() => {
    const carriedIn = (lane: number | undefined) =>
      carried.filter((each) => each.lane === lane && each.message !== media(1)).map(({ message }) => message);
    expect(carriedIn(a?.lane)).toEqual([media(2), mark, media(5)]);
    expect(carriedIn(b?.lane)).toEqual([media(3)]);
    expect(own.filter((message) => message !== media(1)).toSorted()).toEqual([key, media(4, 5_000)].toSorted());
  });
});

test('a bridge that knows no trunks gets everything through the call’s own socket', async () => {
  const socket = await talk();
  const sent = Array.from({ length: 20 }, (_, count) => media(count));
  for (const message of sent) socket.send(message);
  await vi.waitFor(() => expect(own).toEqual(sent));
});

test('a trunk that breaks leaves its calls with their own sockets', async () => {
  acceptTrunks({ reads: true });
  const socket = await talk();
  await vi.waitUntil(() => {
    socket.send(media(0));
    return carried.length > 0;
  });
  trunk?.destroy();
  await vi.waitUntil(() => {
    socket.send(media(1));
    return own.includes(media(1));
  });
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test('a trunk that is not read is given up', async () => {
  acceptTrunks({ reads: false });
  const socket = await talk();
  await vi.waitUntil(() => trunk !== undefined);
  const large = media(1, 3_900);
  await vi.waitUntil(
    () => {
      for (let count = 0; count < 200; count += 1) socket.send(large);
      return own.filter((message) => message === large).length > 200;
    },
    { timeout: 10_000, interval: 5 },
  );
  expect(socket.readyState).toBe(WebSocket.OPEN);
});
