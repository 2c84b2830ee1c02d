// Pins: a query without its WHERE, a forgotten tenant, or the owner's own connection showing another business's rows.
import { isExclusionViolation, isUniqueViolation, migrate } from '@frontdesk/persistence';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clerk, migrations, openShop, SCHEMA, type ShopFixture, silent, visit } from './shop.ts';

let shop: ShopFixture;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const insert = (businessId: string, row: ReturnType<typeof visit>) =>
  shop.db.asTenant(businessId, clerk, (tx) => tx.insertInto('visit').values(row).execute());

async function asClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

test('one business neither sees, changes nor deletes the rows of another', async () => {
  await insert('a', visit('a', 'seen'));
  await shop.db.asTenant('b', clerk, async (tx) => {
    expect(await tx.selectFrom('visit').selectAll().execute()).toEqual([]);
    const updated = await tx.updateTable('visit').set({ room: 'red' }).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(0n);
    const deleted = await tx.deleteFrom('visit').executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(0n);
  });
  const own = await shop.db.asTenant('a', clerk, (tx) => tx.selectFrom('visit').select(['id', 'room']).execute());
  expect(own).toEqual([{ id: 'seen', room: 'blue' }]);
});

test('no business writes a row in the name of another, or gives its own away', async () => {
  await expect(insert('b', visit('a', 'planted', 50))).rejects.toMatchObject({ code: '42501' });
  await insert('b', visit('b', 'given', 51));
  const give = shop.db.asTenant('b', clerk, (tx) => tx.updateTable('visit').set({ business_id: 'a' }).execute());
  await expect(give).rejects.toMatchObject({ code: '42501' });
});

test('neither a unique nor an exclusion constraint tells what another business has', async () => {
  await insert('c', visit('c', 'same', 2));
  await insert('d', visit('d', 'same', 2));
  const twice = await insert('c', visit('c', 'same', 3)).catch((error: unknown) => error);
  expect(isUniqueViolation(twice)).toBe(true);
  expect(isUniqueViolation(twice, 'some_other_key')).toBe(false);
  const overlap = await insert('c', visit('c', 'other', 2)).catch((error: unknown) => error);
  expect(isExclusionViolation(overlap, 'visit_overlap')).toBe(true);
  expect(isUniqueViolation(overlap)).toBe(false);
});

test('without a tenant the tenant role sees nothing, before and after a transaction that had one', async () => {
  await insert('e', visit('e', 'hidden'));
  await asClient(shop.test.url, async (client) => {
    const count = `select count(*)::int as n from ${SCHEMA}.visit`;
    expect((await client.query(count)).rows).toEqual([{ n: 0 }]);
    await client.query('begin');
    await client.query(`select set_config('app.business_id', 'e', true)`);
    expect((await client.query(count)).rows).toEqual([{ n: 1 }]);
    await client.query('commit');
    // PostgreSQL leaves '' behind, not null: a cast or an "is null" test would now behave differently.
    expect((await client.query(`select current_setting('app.business_id', true) as v`)).rows).toEqual([{ v: '' }]);
    expect((await client.query(count)).rows).toEqual([{ n: 0 }]);
  });
});

test('the owner of the tables is bound as well', async () => {
  await insert('f', visit('f', 'hidden'));
  await asClient(shop.test.ownerUrl, async (client) => {
    expect((await client.query(`select * from ${SCHEMA}.visit`)).rows).toEqual([]);
  });
});

test('the system role sees every business, and its writes need an actor too', async () => {
  await insert('g', visit('g', 'one'));
  await insert('h', visit('h', 'one'));
  const seen = await shop.db.asSystem({ kind: 'system', id: 'sweeper' }, (tx) =>
    tx
      .selectFrom('visit')
      .select('business_id')
      .where('business_id', 'in', ['g', 'h'])
      .orderBy('business_id')
      .execute(),
  );
  expect(seen.map((row) => row.business_id)).toEqual(['g', 'h']);
  await asClient(shop.test.systemUrl, async (client) => {
    await expect(client.query(`delete from ${SCHEMA}.visit where business_id = 'g'`)).rejects.toThrow(/needs an actor/);
  });
});

test('the roles can do no more than use their tables', async () => {
  for (const url of [shop.test.url, shop.test.systemUrl]) {
    await asClient(url, async (client) => {
      const { rows } = await client.query(
        'select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user',
      );
      expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false }]);
      for (const statement of [
        `create table ${SCHEMA}.mine (id int)`,
        `alter table ${SCHEMA}.visit disable row level security`,
        `truncate ${SCHEMA}.visit`,
        `drop policy tenant_rows on ${SCHEMA}.visit`,
        `select * from ${SCHEMA}.schema_migration`,
      ]) {
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      }
    });
  }
});

test('a schema with a table that was left open is refused by name', async () => {
  const open = {
    ...migrations,
    '20260106T1500-open': {
      up: async (db: Parameters<(typeof migrations)[string]['up']>[0]) => {
        await sql`create table forgotten (business_id text not null)`.execute(db);
      },
    },
  };
  const run = migrate({ databaseUrl: shop.test.ownerUrl, service: SCHEMA, migrations: open, log: silent });
  await expect(run).rejects.toThrow(/without row-level security in shop_test: forgotten/);
});
