// Pins: half-written changes, waits without an end, a lost connection that takes the process or another request with
// it, a wait for each statement whose answer says nothing, and values that change on their way through the database.
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDatabase,
  formatInstantRange,
  jsonb,
  parseInstantRange,
  type SystemTransaction,
  type TenantTransaction,
  tell,
} from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startLink } from './link.ts';
import { clerk, openShop, SCHEMA, type Shop, type ShopFixture, silent, visit } from './shop.ts';

let shop: ShopFixture;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

test('what was written is gone when the work fails', async () => {
  const failing = shop.db.asTenant('a', clerk, async (tx) => {
    await tx.insertInto('visit').values(visit('a', 'half')).execute();
    throw new Error('the second step failed');
  });
  await expect(failing).rejects.toThrow('the second step failed');
  expect(await shop.db.asTenant('a', clerk, (tx) => tx.selectFrom('visit').select('id').execute())).toEqual([]);
});

test('an error that was caught inside does not let the commit pass for a success', async () => {
  const swallowing = shop.db.asTenant('a', clerk, async (tx) => {
    await tx.insertInto('visit').values(visit('a', 'lost')).execute();
    await sql`select 1 / 0`.execute(tx).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow();
});

test('serialization failures and deadlocks run the work again, other errors do not', async () => {
  for (const [code, runs] of [
    ['40001', 3],
    ['40P01', 3],
    ['23505', 1],
  ] as const) {
    let attempts = 0;
    const outcome = await shop.db
      .asTenant('a', clerk, async (tx) => {
        attempts += 1;
        if (attempts < 3)
          await sql`do ${sql.lit(`begin raise exception 'x' using errcode = '${code}'; end`)}`.execute(tx);
        return 'done';
      })
      .catch((error: { code: string }) => error.code);
    expect({ code, attempts, outcome }).toEqual({ code, attempts: runs, outcome: runs === 3 ? 'done' : code });
  }
});

test('a conflict that never ends is reported as unavailable, after a bounded number of tries', async () => {
  let attempts = 0;
  const never = shop.db.asTenant('a', clerk, async (tx) => {
    attempts += 1;
    await sql`do ${sql.lit(`begin raise exception 'x' using errcode = '40001'; end`)}`.execute(tx);
  });
  await expect(never).rejects.toMatchObject({ name: 'WireError', code: 'unavailable' });
  expect(attempts).toBe(5);
});

test('a lock that somebody holds is waited for half a second, not for ever', async () => {
  await shop.db.asTenant('l', clerk, (tx) => tx.insertInto('visit').values(visit('l', 'locked')).execute());
  const release = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holder = shop.db.asTenant('l', clerk, async (tx) => {
    await tx.updateTable('visit').set({ seats: 3 }).execute();
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  const startedMs = performance.now();
  const waiting = shop.db.asTenant('l', clerk, (tx) => tx.updateTable('visit').set({ seats: 4 }).execute());
  await expect(waiting).rejects.toMatchObject({ name: 'WireError', code: 'unavailable' });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  release.resolve();
  await holder;
});

test('every transaction is bounded by the server, and leaves no setting behind', async () => {
  const during = await shop.db.asTenant('a', clerk, (tx) =>
    sql<
      Record<string, string>
    >`select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle, current_setting('app.actor') as actor`.execute(
      tx,
    ),
  );
  expect(during.rows).toEqual([{ lock: '500ms', statement: '5s', idle: '15s', actor: 'person:p1' }]);
});

test('a transaction begins together with its first query', async () => {
  await using link = await startLink(shop.test.url);
  const { url } = link;
  await using db = createDatabase<Shop>({ url, systemUrl: url, schema: SCHEMA, poolSize: 1, log: silent });
  const look = () => db.asTenant('a', clerk, (tx) => sql`select 1`.execute(tx));
  await look();
  const before = link.requests;
  await look();
  // The second is the commit.
  expect(link.requests - before).toBe(2);
});

test('what is only told leaves with what is asked next, or with the end, and is done before it', async () => {
  await using link = await startLink(shop.test.url);
  const { url } = link;
  await using db = createDatabase<Shop>({ url, systemUrl: url, schema: SCHEMA, poolSize: 1, log: silent });
  await db.asTenant('t', clerk, (tx) => sql`select 1`.execute(tx));
  const before = link.requests;
  const seen = await db.asTenant('t', clerk, async (tx) => {
    await tell(tx, sql`select pg_advisory_xact_lock(${42}::bigint)`);
    await tell(tx, tx.insertInto('visit').values(visit('t', 'told')));
    const found = await tx.selectFrom('visit').select('id').execute();
    await tell(tx, tx.updateTable('visit').set({ seats: 7 }));
    await tell(tx, tx.insertInto('visit').values(visit('t', 'told last', 1)));
    return found;
  });
  expect(seen).toEqual([{ id: 'told' }]);
  // The question, and the end.
  expect(link.requests - before).toBe(2);
  const kept = await shop.db.asTenant('t', clerk, (tx) => tx.selectFrom('visit').select(['id', 'seats']).execute());
  expect(kept).toEqual([
    { id: 'told', seats: 7 },
    { id: 'told last', seats: 2 },
  ]);
});

test('when what was told fails, so do the next question and the end, for its reason, and nothing is kept', async () => {
  const twice = (tx: TenantTransaction<Shop>) => tell(tx, tx.insertInto('visit').values(visit('f', 'twice')));
  const questioned = shop.db.asTenant('f', clerk, async (tx) => {
    await twice(tx);
    await twice(tx);
    await tx.selectFrom('visit').select('id').execute();
  });
  await expect(questioned).rejects.toMatchObject({ code: '23505' });
  const ended = shop.db.asTenant('f', clerk, async (tx) => {
    await twice(tx);
    await twice(tx);
  });
  await expect(ended).rejects.toMatchObject({ code: '23505' });
  // Whoever gives up for a reason of their own is told that one.
  const givenUp = shop.db.asTenant('f', clerk, async (tx) => {
    await twice(tx);
    await twice(tx);
    throw new Error('of their own');
  });
  await expect(givenUp).rejects.toThrow('of their own');
  let runs = 0;
  const again = shop.db.asTenant('f', clerk, async (tx) => {
    runs += 1;
    if (runs < 3) await tell(tx, sql`do ${sql.lit("begin raise exception 'x' using errcode = '40001'; end")}`);
  });
  await again;
  expect(runs).toBe(3);
  expect(await shop.db.asTenant('f', clerk, (tx) => tx.selectFrom('visit').select('id').execute())).toEqual([]);
});

test('whoever only reads does not wait for the end of the transaction, nor has the next one its connection before', async () => {
  await using link = await startLink(shop.test.url);
  const { url } = link;
  await using db = createDatabase<Shop>({ url, systemUrl: url, schema: SCHEMA, poolSize: 1, log: silent });
  const look = () => db.readAsTenant('a', clerk, (tx) => sql<{ id: number }>`select 1 as id`.execute(tx));
  await look();
  const startedMs = performance.now();
  const seen = await db.readAsTenant('a', clerk, async (tx) => {
    const answer = await sql<{ id: number }>`select 1 as id`.execute(tx);
    link.freeze();
    return answer;
  });
  expect(seen.rows).toEqual([{ id: 1 }]);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  // The end never comes. The next one waits for a connection, does not get this one, and is served by another.
  await vi.waitFor(async () => expect((await look()).rows).toEqual([{ id: 1 }]), { timeout: 10_000 });
});

test('whoever only reads cannot write', async () => {
  const writing = shop.db.readAsTenant('r', clerk, (tx) =>
    tx.insertInto('visit').values(visit('r', 'read only')).execute(),
  );
  // read_only_sql_transaction
  await expect(writing).rejects.toMatchObject({ code: '25006' });
  const left = await shop.db.readAsTenant('r', clerk, (tx) => tx.selectFrom('visit').select('id').execute());
  expect(left).toEqual([]);
  // The same connections write for whoever may.
  await shop.db.asTenant('r', clerk, (tx) => tx.insertInto('visit').values(visit('r', 'written')).execute());
  expect(await shop.db.readAsTenant('r', clerk, (tx) => tx.selectFrom('visit').select('id').execute())).toEqual([
    { id: 'written' },
  ]);
});

test('reading begins only when the transaction can: one that asks nothing waits for that, too', async () => {
  const unwritable = { kind: 'person', id: 'p\u0000' } as const;
  await expect(shop.db.readAsTenant('n', unwritable, async () => 'nothing asked')).rejects.toMatchObject({
    code: '22021',
  });
});

test('when a transaction cannot begin, what follows says why, does nothing, and harms nobody after it', async () => {
  const unwritable = { kind: 'person', id: 'p\u0000' } as const;
  const failing = shop.db.asTenant('n', unwritable, async (tx) => {
    await tx.insertInto('visit').values(visit('n', 'nobody')).execute();
  });
  await expect(failing).rejects.toMatchObject({ code: '22021' });
  await expect(shop.db.asTenant('n', unwritable, async () => 'nothing asked')).rejects.toMatchObject({ code: '22021' });
  expect(await shop.db.asTenant('n', clerk, (tx) => tx.selectFrom('visit').select('id').execute())).toEqual([]);
});

test('a statement that a connection keeps sees the business of each transaction, and the columns of each release', async () => {
  await using db = createDatabase<Shop>({
    url: shop.test.url,
    systemUrl: shop.test.url,
    schema: SCHEMA,
    poolSize: 1,
    log: silent,
  });
  const look = (business: string) =>
    db.asTenant(business, clerk, (tx) => tx.selectFrom('visit').selectAll().where('seats', '>', 0).execute());
  for (const business of ['k1', 'k2']) {
    await db.asTenant(business, clerk, (tx) => tx.insertInto('visit').values(visit(business, business)).execute());
  }
  // More often than the server plans a statement anew for each use.
  for (let times = 0; times < 8; times += 1) {
    for (const business of ['k1', 'k2']) expect((await look(business)).map(({ id }) => id)).toEqual([business]);
  }
  const owner = new pg.Client({ connectionString: shop.test.ownerUrl });
  await owner.connect();
  try {
    await owner.query(`alter table ${SCHEMA}.visit add column note text not null default 'new'`);
    expect(await look('k1')).toMatchObject([{ id: 'k1', note: 'new' }]);
  } finally {
    await owner.query(`alter table ${SCHEMA}.visit drop column note`);
    await owner.end();
  }
  expect(await look('k2')).toEqual([expect.not.objectContaining({ note: 'new' })]);
});

test('values keep their type and their value', async () => {
  await shop.db.asTenant('v', clerk, async (tx) => {
    await tx.insertInto('visit').values(visit('v', 'typed')).execute();
    const row = await tx.selectFrom('visit').selectAll().executeTakeFirstOrThrow();
    expect(row.booked_at).toBeInstanceOf(Temporal.Instant);
    expect(row.booked_at.toString()).toBe('2026-03-01T12:00:00.25Z');
    expect(row.day).toBeInstanceOf(Temporal.PlainDate);
    expect(row.day?.toString()).toBe('2026-03-02');
    expect(row.seats).toBe(2);
    const range = parseInstantRange(row.during);
    expect(range.start.toString()).toBe('2026-03-02T00:00:00Z');
    expect(formatInstantRange(range)).toBe('[2026-03-02T00:00:00Z,2026-03-02T01:00:00Z)');

    const found = await tx
      .selectFrom('visit')
      .select('id')
      .where('booked_at', '=', Temporal.Instant.from('2026-03-01T13:00:00.25+01:00'))
      .where('day', 'in', [Temporal.PlainDate.from('2026-03-02')])
      .execute();
    expect(found).toEqual([{ id: 'typed' }]);
    const { rows } = await sql<{ list: unknown }>`select ${jsonb(['a', { b: 1 }])} as list`.execute(tx);
    expect(rows).toEqual([{ list: ['a', { b: 1 }] }]);
  });
});

test('an int8 that a number cannot hold is an error, not another number', async () => {
  const read = shop.db.asTenant('v', clerk, (tx) => sql`select 9007199254740993::bigint as n`.execute(tx));
  await expect(read).rejects.toThrow(/too large to be exact/);
});

test('connections that the server closes, idle or busy, cost one request at most', async () => {
  const busy = shop.db.asTenant('k', clerk, async (tx) => {
    await sql`select pg_sleep(0.3)`.execute(tx);
  });
  const outcome = busy.catch((error: unknown) => error);
  await shop.db.asTenant('k', clerk, (tx) => sql`select 1`.execute(tx));
  await terminate(shop.test.url, `frontdesk-${SCHEMA}`);
  expect(await outcome).toMatchObject({ name: 'WireError', code: 'unavailable' });
  await vi.waitFor(() => shop.db.asTenant('k', clerk, (tx) => sql`select 1`.execute(tx)), { timeout: 5_000 });
  expect(await shop.db.ping()).toBe(true);
});

test('a database that is away makes requests unavailable and the ping false', async () => {
  const url = new URL(shop.test.url);
  url.port = String(await closedPort());
  await using away = createDatabase<Shop>({ url: url.href, systemUrl: url.href, schema: SCHEMA, log: silent });
  await expect(away.asTenant('a', clerk, async () => 1)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(away.asSystem(clerk, async () => 1)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await away.ping()).toBe(false);
});

test('a database that accepts and then says nothing makes the ping false in time', async () => {
  const mute = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => mute.once('listening', resolve));
  const url = new URL(shop.test.url);
  url.hostname = '127.0.0.1';
  url.port = String((mute.address() as { port: number }).port);
  try {
    await using frozen = createDatabase<Shop>({ url: url.href, systemUrl: url.href, schema: SCHEMA, log: silent });
    const startedMs = performance.now();
    expect(await frozen.ping()).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  } finally {
    mute.close();
  }
});

async function terminate(url: string, applicationName: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid, 2000) from pg_stat_activity
      where application_name = $1 and datname = current_database() and pid <> pg_backend_pid()`,
    [applicationName],
  );
  await client.end();
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  server.close();
  await sleep(0);
  return port;
}

test('a database that freezes within a transaction costs one bounded wait; the next gets another connection', async () => {
  await using link = await startLink(shop.test.url);
  await using db = createDatabase<Shop>({
    url: link.url,
    systemUrl: link.url,
    schema: SCHEMA,
    poolSize: 1,
    log: silent,
  });
  const frozen = db.asTenant('a', clerk, async (tx) => {
    link.freeze();
    await sql`select 1`.execute(tx);
  });
  const startedMs = performance.now();
  await expect(frozen).rejects.toMatchObject({ name: 'WireError', code: 'unavailable' });
  // One wait for an answer, not a second one for the rollback.
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  await db.asTenant('a', clerk, (tx) => sql`select 1`.execute(tx));
});

test('writers cannot be called outside a transaction, nor with the other role’s', () => {
  // Checked by the compiler: without the errors below tsc fails on the unused expectations.
  const write = (_tx: TenantTransaction<Shop>) => undefined;
  const calls = (plain: Kysely<Shop>, system: SystemTransaction<Shop>, tenant: TenantTransaction<Shop>) => {
    // @ts-expect-error a plain connection is no transaction
    write(plain);
    // @ts-expect-error the system role's transaction is not bound to a business
    write(system);
    write(tenant);
  };
  expect(calls).toBeTypeOf('function');
});
