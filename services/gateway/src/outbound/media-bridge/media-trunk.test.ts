// Pins: a trunk that broke and is never opened again, opened for every call while it is refused, or torn from calls that still
// use it; one kept for ever for no call.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TrunkReader, trunkLane } from '@frontdesk/contracts/media-bridge/media-trunk';
import { type ManualClock, manualClock } from '@frontdesk/lifecycle';
import { createLogger, createMetrics } from '@frontdesk/observability';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMediaTrunks, type MediaTrunks, type TrunkLane } from './media-trunk.ts';

const ACCEPTED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: frontdesk-media-trunk\r\n\r\n';
const REFUSED = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
const frame = Buffer.from('a whole frame');

let bridge: Server;
let address: string;
let clock: ManualClock;
let trunks: MediaTrunks;
let metrics: ReturnType<typeof createMetrics>;
/** As they were opened. */
let opened: Duplex[];
let refused: number;
let knowsTrunks: boolean;
let heardLanes: number[];

beforeEach(async () => {
  opened = [];
  refused = 0;
  knowsTrunks = true;
  heardLanes = [];
  bridge = createServer();
  bridge.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined);
    if (!knowsTrunks) {
      refused += 1;
      socket.end(REFUSED);
      return;
    }
    socket.write(ACCEPTED);
    const reader = new TrunkReader((lane) => heardLanes.push(lane));
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    opened.push(socket);
  });
  bridge.listen(0, '127.0.0.1');
  await once(bridge, 'listening');
  address = `127.0.0.1:${(bridge.address() as AddressInfo).port}`;
  clock = manualClock();
  metrics = createMetrics('gateway');
  trunks = createMediaTrunks(
    clock,
    createLogger({ service: 'gateway', instanceId: 'gateway-1', level: 'silent' }),
    metrics,
  );
});

afterEach(() => {
  trunks[Symbol.dispose]();
  for (const socket of opened) socket.destroy();
  bridge.close();
});

const send = (lane: TrunkLane) => lane.send(frame, 0, frame.length);
const untilOpen = async (lane: TrunkLane) => await vi.waitUntil(() => send(lane));
const untilGone = async (lane: TrunkLane) => await vi.waitUntil(() => !send(lane));
const trunkOf = (lane: TrunkLane) => trunkLane.parse(lane.name).trunkId;

async function metric(name: string): Promise<string | undefined> {
  return new RegExp(`^frontdesk_${name}\\S* (\\d+)$`, 'm').exec(await metrics.registry.metrics())?.[1];
}

it('is shared by the calls of a bridge, each with a lane of its own', async () => {
  const [first, second] = [trunks.join(address), trunks.join(address)];
  await untilOpen(first);
  expect(trunkOf(first)).toBe(trunkOf(second));
  expect(opened).toHaveLength(1);
  send(second);
  await vi.waitUntil(() => heardLanes.includes(1));
  expect(await metric('media_trunks_open')).toBe('1');
});

it('is opened again for later calls when it broke, not before ten seconds; the calls that were on it do without', async () => {
  const before = trunks.join(address);
  await untilOpen(before);
  opened[0]?.destroy();
  await untilGone(before);
  clock.advance(9_999);
  const soon = trunks.join(address);
  expect(trunkOf(soon)).toBe(trunkOf(before));
  clock.advance(1);
  const later = trunks.join(address);
  await untilOpen(later);
  expect(trunkOf(later)).not.toBe(trunkOf(before));
  expect([send(before), send(soon)]).toEqual([false, false]);
  expect(opened).toHaveLength(2);
  expect([await metric('media_trunks_open'), await metric('media_trunks_lost_total')]).toEqual(['1', '1']);
});

it('is asked for once in ten seconds while the bridge refuses it', async () => {
  knowsTrunks = false;
  trunks.join(address);
  await vi.waitUntil(() => refused === 1);
  await vi.waitUntil(async () => (await metric('media_trunks_lost_total')) === '1');
  for (let calls = 0; calls < 5; calls += 1) trunks.join(address);
  clock.advance(10_000);
  for (let calls = 0; calls < 5; calls += 1) trunks.join(address);
  await vi.waitUntil(() => refused === 2);
  expect(opened).toHaveLength(0);
});

it('is closed half a minute after its last call, unless another one comes', async () => {
  const first = trunks.join(address);
  await untilOpen(first);
  first[Symbol.dispose]();
  clock.advance(29_999);
  const second = trunks.join(address);
  expect(trunkOf(second)).toBe(trunkOf(first));
  clock.advance(60_000);
  expect(send(second)).toBe(true);
  second[Symbol.dispose]();
  clock.advance(30_000);
  await vi.waitUntil(async () => (await metric('media_trunks_open')) === '0');
  expect(await metric('media_trunks_lost_total')).toBe('0');
  expect(trunkOf(trunks.join(address))).not.toBe(trunkOf(first));
});
