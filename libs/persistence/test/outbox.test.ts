// Pins: events that tell of changes that never happened, are lost, overtake each other, or stop a service that cannot
// publish them.
import type { CloudEvent } from '@frontdesk/contracts/event';
import { appendToOutbox, createDatabase, startOutboxRelay } from '@frontdesk/persistence';
import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLink } from './link.ts';
import { clerk, openShop, SCHEMA, type Shop, type ShopFixture, silent, visitBooked } from './shop.ts';

const WAIT = { timeout: 8_000, interval: 20 };

let shop: ShopFixture;
let running: AsyncDisposableStack;
beforeEach(async () => {
  shop = await openShop();
  running = new AsyncDisposableStack();
});
afterEach(async () => {
  await running.disposeAsync();
  await shop[Symbol.asyncDispose]();
});

const newEvent = (aggregate: string, sequence: number, businessId = 'a') => ({
  id: `${aggregate}:${sequence}`,
  businessId,
  subject: aggregate,
  sequence,
  time: Temporal.Instant.from('2026-03-02T00:00:00Z'),
  data: { room: 'blue' },
});

const append = (aggregate: string, sequence: number, businessId = 'a') =>
  shop.db.asTenant(businessId, clerk, (tx) =>
    appendToOutbox(tx, businessId, visitBooked, newEvent(aggregate, sequence, businessId)),
  );

type Publish = (event: CloudEvent, subject: string, messageId: string) => Promise<void>;

/** A relay with what it published, in order. `publish` may refuse by throwing. */
function relay(publish: Publish = async () => undefined, db = shop.db) {
  const published: string[] = [];
  const started = startOutboxRelay({
    db,
    log: silent,
    pollMs: 200,
    publish: async (event, subject, messageId) => {
      await publish(event, subject, messageId);
      published.push(event.id);
    },
  });
  running.use(started);
  return { published, relay: started };
}

test('a committed event is published once, as the contract says, and a rolled-back one never', async () => {
  const seen: unknown[] = [];
  const { published } = relay(async (event, subject, messageId) => void seen.push({ event, subject, messageId }));
  await expect(
    shop.db.asTenant('a', clerk, async (tx) => {
      await appendToOutbox(tx, 'a', visitBooked, newEvent('never', 1));
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await append('v1', 1);
  await vi.waitUntil(() => published.length > 0, WAIT);
  await append('v1', 2);
  await vi.waitUntil(() => published.length > 1, WAIT);
  expect(published).toEqual(['v1:1', 'v1:2']);
  expect(seen[0]).toMatchObject({
    subject: 'events.a.visit.booked',
    messageId: 'a:v1:1',
    event: {
      source: '/services/shop-test',
      type: 'frontdesk.visit.booked.v1',
      businessid: 'a',
      data: { room: 'blue' },
    },
  });
});

test('an announced event leaves without waiting for the next poll', async () => {
  const published: number[] = [];
  running.use(
    startOutboxRelay({
      db: shop.db,
      log: silent,
      pollMs: 60_000,
      publish: async () => void published.push(performance.now()),
    }),
  );
  await append('warm', 1);
  await vi.waitUntil(() => published.length === 1, WAIT);
  const committedMs = performance.now();
  await append('v1', 1);
  await vi.waitUntil(() => published.length === 2, WAIT);
  expect((published[1] ?? Number.NaN) - committedMs).toBeLessThan(1_000);
});

test('the same event id written twice is one event', async () => {
  const { published } = relay();
  await append('v1', 1);
  await append('v1', 1);
  await append('v2', 1);
  await vi.waitUntil(() => published.includes('v2:1'), WAIT);
  expect(published.filter((id) => id === 'v1:1')).toHaveLength(1);
});

test('an event cannot be written for another business than the transaction’s', async () => {
  const mixed = shop.db.asTenant('a', clerk, (tx) => appendToOutbox(tx, 'b', visitBooked, newEvent('v1', 1, 'b')));
  await expect(mixed).rejects.toMatchObject({ code: '42501' });
  const unequal = shop.db.asTenant('a', clerk, (tx) => appendToOutbox(tx, 'a', visitBooked, newEvent('v1', 1, 'b')));
  await expect(unequal).rejects.toThrow(/belongs to the business/);
});

test('nothing overtakes an older transaction that is still open', async () => {
  const { published } = relay();
  const finish = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  // Gets the lower id, commits last.
  const older = shop.db.asTenant('a', clerk, async (tx) => {
    await appendToOutbox(tx, 'a', visitBooked, newEvent('v1', 1));
    written.resolve();
    await finish.promise;
  });
  await written.promise;
  await append('v1', 2);
  await append('v2', 1);
  // Long enough for several looks of the relay, each of which must hold the younger events back.
  await new Promise((resolve) => setTimeout(resolve, 700));
  const early = [...published];
  finish.resolve();
  expect(early).toEqual([]);
  await older;
  await vi.waitUntil(() => published.length === 3, WAIT);
  expect(published.filter((id) => id.startsWith('v1'))).toEqual(['v1:1', 'v1:2']);
});

test('a failing aggregate stops in order while the others go on, and continues where it stopped', async () => {
  let broken = true;
  const { published, relay: started } = relay(async (event) => {
    if (broken && event.id === 'bad:2') throw new Error('refused');
  });
  await append('bad', 1);
  await append('bad', 2);
  await append('bad', 3);
  for (let n = 1; n <= 5; n += 1) await append(`good-${n}`, 1);
  await vi.waitUntil(() => published.length === 6, WAIT);
  expect(published).not.toContain('bad:3');
  broken = false;
  started.nudge();
  await vi.waitUntil(() => published.length === 8, WAIT);
  expect(published.filter((id) => id.startsWith('bad'))).toEqual(['bad:1', 'bad:2', 'bad:3']);
});

test('an outage of NATS loses and reorders nothing', async () => {
  let up = false;
  const { published } = relay(async () => {
    if (!up) throw new Error('disconnected');
  });
  for (let sequence = 1; sequence <= 5; sequence += 1) for (const lane of ['x', 'y']) await append(lane, sequence);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(published).toEqual([]);
  up = true;
  await vi.waitUntil(() => published.length === 10, WAIT);
  for (const lane of ['x', 'y']) {
    expect(published.filter((id) => id.startsWith(lane))).toEqual([1, 2, 3, 4, 5].map((n) => `${lane}:${n}`));
  }
});

test('of two instances one relays; the other takes over when it stops', async () => {
  await using other = createDatabase<Shop>({ ...urls(), schema: SCHEMA, log: silent });
  const first = relay();
  await append('v1', 1);
  await vi.waitUntil(() => first.published.length === 1, WAIT);
  const second = relay(undefined, other);
  for (let n = 1; n <= 20; n += 1) await append(`w${n}`, 1);
  await vi.waitUntil(() => first.published.length === 21, WAIT);
  expect(second.published).toEqual([]);
  await first.relay[Symbol.asyncDispose]();
  await append('v1', 2);
  await vi.waitUntil(() => second.published.includes('v1:2'), WAIT);
  expect(second.published).toEqual(['v1:2']);
});

test('a loss between publish and mark publishes again under the same message id', async () => {
  const messageIds: string[] = [];
  const { published } = relay(async (_event, _subject, messageId) => {
    messageIds.push(messageId);
    // The event is stored, but the relay's connection is gone before it can write that down.
    if (messageIds.length === 1) await terminateRelay();
  });
  await append('v1', 1);
  await append('v1', 2);
  await vi.waitUntil(() => messageIds.filter((id) => id === 'a:v1:1').length >= 2, WAIT);
  await vi.waitUntil(() => published.includes('v1:2'), WAIT);
  await vi.waitFor(async () => expect(await pendingCount()).toBe(0), WAIT);
});

test('the relay outlives a database that is not there yet, and stops when told to', async () => {
  const gone = createDatabase<Shop>({
    url: shop.test.url,
    systemUrl: 'postgres://x@127.0.0.1:1/x',
    schema: SCHEMA,
    log: silent,
  });
  const waiting = startOutboxRelay({ db: gone, log: silent, publish: async () => undefined });
  await new Promise((resolve) => setTimeout(resolve, 300));
  waiting.nudge();
  await waiting[Symbol.asyncDispose]();
  await gone[Symbol.asyncDispose]();
});

test('a publish that never ends does not keep the service from stopping', async () => {
  const began = Promise.withResolvers<void>();
  const { relay: stuck } = relay(() => {
    began.resolve();
    return new Promise(() => undefined);
  });
  for (let n = 1; n <= 20; n += 1) await append(`v${n}`, 1);
  await began.promise;
  const startedMs = performance.now();
  await stuck[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test('a database that freezes without closing its connections is left, and the relay goes on with the next', async () => {
  await using link = await startLink(shop.test.systemUrl);
  await using db = createDatabase<Shop>({ url: shop.test.url, systemUrl: link.url, schema: SCHEMA, log: silent });
  const { published } = relay(undefined, db);
  await append('v1', 1);
  await vi.waitUntil(() => published.length === 1, WAIT);
  link.freeze();
  await append('v1', 2);
  await vi.waitUntil(() => published.length === 2, { ...WAIT, timeout: 12_000 });
  expect(published).toEqual(['v1:1', 'v1:2']);
});

function urls() {
  return { url: shop.test.url, systemUrl: shop.test.systemUrl };
}

async function terminateRelay(): Promise<void> {
  const client = new pg.Client({ connectionString: shop.test.systemUrl });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid, 2000) from pg_stat_activity
      where application_name like '%-outbox' and datname = current_database()`,
  );
  await client.end();
}

async function pendingCount(): Promise<number> {
  return shop.db.asSystem(clerk, async (tx) => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from outbox where published_at is null`.execute(tx);
    return rows[0]?.n ?? Number.NaN;
  });
}
