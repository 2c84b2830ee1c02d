// Pins: what happens when the server goes away under the services: requests that wait out their timeouts, events that
// are lost, consumers and watches that sleep on after it is back.
import { randomBytes } from 'node:crypto';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { EVENTS_STREAM } from '@frontdesk/contracts/event';
import { callStarted } from '@frontdesk/contracts/events/call';
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import { connectMessaging, type Messaging } from '@frontdesk/messaging';
import { createLogger } from '@frontdesk/observability';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newBusinessId } from './business.ts';
import { ownNats } from './own-nats.ts';

const own = ownNats();
const nothing = { exact: true, timeZone: 'America/Chicago', slots: [] };
const call = () => ({ callSid: `CA${randomBytes(16).toString('hex')}` });
let stack = new AsyncDisposableStack();
let bridge: Messaging;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  bridge = await own.connect('media-bridge', stack);
});
afterEach(() => stack.disposeAsync());

function started(businessId: string, n: number) {
  const time = Temporal.Now.instant();
  const callSid = `CA${String(n).padStart(32, '0')}`;
  const data = { callSid, direction: 'inbound' as const, from: null, to: '+13125550142', startedAt: time.toString() };
  return { id: `${callSid}:1:0`, businessId, subject: callSid, sequence: 0, time, data };
}

/** Takes the server away for a while; resolves when it is back. `during` runs once the services have noticed. */
async function outage(during: () => Promise<void>): Promise<void> {
  const back = own.nats.restart(800);
  await vi.waitUntil(() => !bridge.connected, { timeout: 3_000, interval: 5 });
  await during();
  await back;
  await vi.waitUntil(() => bridge.connected, { timeout: 5_000 });
}

test('while disconnected a request fails at once, and one that was under way does not wait out its time', async () => {
  const booking = await own.connect('booking', stack);
  const statuses: boolean[] = [];
  using _ = bridge.onStatus((connected) => statuses.push(connected));
  await booking.serve(findSlots, () => new Promise(() => undefined));
  const underWay = bridge.request(findSlots, newBusinessId(), {}, { timeoutMs: 20_000 });
  underWay.catch(() => undefined);
  await bridge.raw.flush();
  await outage(async () => {
    await expect(underWay).rejects.toMatchObject({ code: 'deadline' });
    const startedAt = performance.now();
    await expect(bridge.request(findSlots, newBusinessId(), {})).rejects.toMatchObject({ code: 'unavailable' });
    await expect((await bridge.bucket(lines)).get('b1.0')).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
  expect(statuses).toEqual([false, true]);
  await booking.drain(100);
});

test('afterwards services answer again without having been restarted', async () => {
  const booking = await own.connect('booking', stack);
  await booking.serve(findSlots, async () => nothing);
  await outage(async () => undefined);
  await vi.waitFor(
    async () => expect(await bridge.request(findSlots, newBusinessId(), {}, { timeoutMs: 500 })).toEqual(nothing),
    { timeout: 5_000 },
  );
});

test('events published before, during and after an outage are all stored, each once, and all consumed', async () => {
  const businessId = newBusinessId();
  const transcript = await own.connect('transcript', stack);
  const seen = new Set<string>();
  await using _ = await transcript.consume({
    durable: 'transcript',
    contracts: [callStarted],
    handle: async (event) => void seen.add(event.id),
  });
  const events = Array.from({ length: 60 }, (_, n) => started(businessId, n));
  const publish = (from: number, to: number) =>
    events.slice(from, to).map((event) => bridge.publishEvent(callStarted, event, { timeoutMs: 10_000 }));
  await Promise.all(publish(0, 20));
  // These are on their way when the server is killed.
  const published = publish(20, 40);
  await outage(async () => {
    published.push(...publish(40, 60));
  });
  await Promise.all(published);
  const manager = await jetstreamManager(await own.admin(stack));
  const { state } = await manager.streams.info(EVENTS_STREAM, { subjects_filter: `events.${businessId}.>` });
  expect(Object.values(state.subjects ?? {})).toEqual([60]);
  await vi.waitFor(() => expect(seen.size).toBe(60), { timeout: 10_000 });
});

test('an event that cannot be stored in time is reported, not forgotten', async () => {
  await outage(async () => {
    const attempt = bridge.publishEvent(callStarted, started(newBusinessId(), 1), { timeoutMs: 200 });
    await expect(attempt).rejects.toMatchObject({ code: 'unavailable' });
  });
});

test('a watch reports what changed while it could not see, deletions included, within seconds', async () => {
  const businessId = newBusinessId();
  const [kept, changed, deleted, added] = [0, 1, 2, 3].map((line) => lineKey(businessId, line));
  const bucket = await bridge.bucket(lines);
  for (const key of [kept, changed, deleted]) await bucket.put(key ?? '', call());
  const gateway = await own.connect('gateway', stack);
  const seen: string[] = [];
  await using _ = await (await gateway.bucket(lines)).watch((key, value) => {
    if (key.startsWith(businessId)) seen.push(`${value ? 'set' : 'gone'} ${key}`);
  });
  seen.length = 0;
  await outage(async () => undefined);
  // Done before the watcher can be back: the same connection loss had hit it.
  await vi.waitFor(async () => {
    await bucket.put(changed ?? '', call());
    await bucket.delete(deleted ?? '');
    await bucket.put(added ?? '', call());
  });
  await vi.waitFor(
    () => expect(new Set(seen)).toEqual(new Set([`set ${changed}`, `gone ${deleted}`, `set ${added}`])),
    { timeout: 5_000 },
  );
});

// Pins: a number that is out of service after a reconnect, because a newer release wrote its entry.
test('a value that cannot be read is not a deleted one: after the outage, too, the last good one stands', async () => {
  const businessId = newBusinessId();
  const [unread, next] = [lineKey(businessId, 0), lineKey(businessId, 1)];
  const bucket = await bridge.bucket(lines);
  const good = call();
  await bucket.put(unread, good);
  const seen: unknown[] = [];
  const gateway = await own.connect('gateway', stack);
  await using _ = await (await gateway.bucket(lines)).watch((key, value) => {
    if (key.startsWith(businessId)) seen.push([key, value]);
  });
  await jetstream(await own.admin(stack)).publish(`$KV.lines.${unread}`, 'nonsense');
  await outage(async () => undefined);
  const after = call();
  await vi.waitFor(() => bucket.put(next, after));
  await vi.waitFor(() => expect(seen.at(-1)).toEqual([next, after]), { timeout: 5_000 });
  expect(seen).toEqual([
    [unread, good],
    [next, after],
  ]);
});

test('a consumer that somebody deleted is created again', async () => {
  const transcript = await own.connect('transcript', stack);
  const seen: string[] = [];
  await using _ = await transcript.consume({
    durable: 'transcript',
    contracts: [callStarted],
    handle: async (event) => void seen.push(event.id),
  });
  const manager = await jetstreamManager(await own.admin(stack));
  await manager.consumers.delete(EVENTS_STREAM, 'transcript');
  const event = started(newBusinessId(), 7);
  await bridge.publishEvent(callStarted, event);
  await vi.waitFor(() => expect(seen).toContain(event.id), { timeout: 10_000 });
});

test('without a server the first connection fails within its deadline, with the reason', async () => {
  const log = createLogger({ service: 'booking', instanceId: 'x', level: 'silent' });
  const options = { service: 'booking', instanceId: 'x', version: '0.1.0', log };
  const startedAt = performance.now();
  const attempt = connectMessaging({ ...options, servers: 'nats://127.0.0.1:1', connectTimeoutMs: 400 });
  await expect(attempt).rejects.toThrow('no connection to NATS within 400 ms');
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await expect(connectMessaging({ ...options, servers: own.nats.url })).rejects.toThrow('refused the credentials');
});
