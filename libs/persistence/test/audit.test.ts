// Pins: a write that nobody can be asked about, and a service that rewrites its own history.
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clerk, openShop, SCHEMA, type ShopFixture, visit } from './shop.ts';

let shop: ShopFixture;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const auditOf = (businessId: string) =>
  shop.db.asTenant(businessId, clerk, async (tx) => {
    const { rows } = await sql<Record<string, unknown>>`select business_id, actor_kind, actor_id, operation, table_name,
      row_id, changed_columns from audit order by id`.execute(tx);
    return rows;
  });

test('every insert, update and delete keeps who did it to which row', async () => {
  await shop.db.asTenant('a', { kind: 'tool', id: 'CA1:book_slot:7' }, (tx) =>
    tx.insertInto('visit').values(visit('a', 'v1')).execute(),
  );
  await shop.db.asTenant('a', { kind: 'person', id: 'dana' }, (tx) =>
    tx.updateTable('visit').set({ room: 'red', seats: 5 }).where('id', '=', 'v1').execute(),
  );
  await shop.db.asSystem({ kind: 'system', id: 'retention' }, (tx) => tx.deleteFrom('visit').execute());

  const row = { business_id: 'a', table_name: 'visit', row_id: 'v1' };
  expect(await auditOf('a')).toEqual([
    { ...row, actor_kind: 'tool', actor_id: 'CA1:book_slot:7', operation: 'insert', changed_columns: null },
    { ...row, actor_kind: 'person', actor_id: 'dana', operation: 'update', changed_columns: ['room', 'seats'] },
    { ...row, actor_kind: 'system', actor_id: 'retention', operation: 'delete', changed_columns: null },
  ]);
});

test('an update that changes nothing is no entry, and a rolled-back write leaves none', async () => {
  await shop.db.asTenant('b', clerk, (tx) => tx.insertInto('visit').values(visit('b', 'v1')).execute());
  await shop.db.asTenant('b', clerk, (tx) => tx.updateTable('visit').set({ room: 'blue' }).execute());
  await expect(
    shop.db.asTenant('b', clerk, async (tx) => {
      await tx.deleteFrom('visit').execute();
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow();
  expect(await auditOf('b')).toMatchObject([{ operation: 'insert' }]);
});

test('a write without an actor fails', async () => {
  const client = new pg.Client({ connectionString: shop.test.url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.business_id', 'c', true)`);
    const write = client.query(
      `insert into ${SCHEMA}.visit (business_id, id, room, during) values ('c', 'v', 'blue', '[2026-01-01, 2026-01-02)')`,
    );
    await expect(write).rejects.toThrow(/needs an actor/);
  } finally {
    await client.end();
  }
  await expect(shop.db.asTenant('c', { kind: 'person', id: '' }, async () => 1)).rejects.toThrow(/actor needs an id/);
});

test('no role of the service can write, change or drop the audit', async () => {
  await shop.db.asTenant('d', clerk, (tx) => tx.insertInto('visit').values(visit('d', 'v1')).execute());
  const forged = sql`insert into audit (business_id, actor_kind, actor_id, operation, table_name, row_id)
    values ('d', 'person', 'somebody-else', 'delete', 'visit', 'v1')`;
  const denied = { code: '42501' };
  await expect(shop.db.asTenant('d', clerk, (tx) => forged.execute(tx))).rejects.toMatchObject(denied);
  await expect(shop.db.asSystem(clerk, (tx) => forged.execute(tx))).rejects.toMatchObject(denied);
  const rewrite = sql`update audit set actor_id = 'somebody-else'`;
  await expect(shop.db.asTenant('d', clerk, (tx) => rewrite.execute(tx))).rejects.toMatchObject(denied);
  await expect(shop.db.asSystem(clerk, (tx) => rewrite.execute(tx))).rejects.toMatchObject(denied);
  const forget = sql`delete from audit`;
  await expect(shop.db.asTenant('d', clerk, (tx) => forget.execute(tx))).rejects.toMatchObject(denied);
});

test('the audit of one business is not shown to another', async () => {
  await shop.db.asTenant('e', clerk, (tx) => tx.insertInto('visit').values(visit('e', 'v1')).execute());
  expect(await auditOf('f')).toEqual([]);
});
