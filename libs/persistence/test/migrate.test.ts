// Pins: a schema half-migrated, migrated twice, or roles that can log in with yesterday's password.
import { migrate, roleNames, type ServiceMigrations } from '@frontdesk/persistence';
import { createTestDatabase } from '@frontdesk/persistence/testing';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { silent } from './shop.ts';

const SCHEMA = 'migrate_test';
// `owner_only` has row-level security and no policy: nobody's rows, which is all these tests need.
const table = (name: string): ServiceMigrations[string] => ({
  async up(db) {
    await sql`create table ${sql.id(name)} (business_id text not null)`.execute(db);
    await sql`alter table ${sql.id(name)} enable row level security`.execute(db);
    await sql`alter table ${sql.id(name)} force row level security`.execute(db);
  },
});

async function tablesIn(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `select tablename from pg_tables where schemaname = $1 and tablename not like 'schema_migration%' order by 1`,
    [SCHEMA],
  );
  await client.end();
  return rows.map((row) => row.tablename);
}

test('several runs at once apply each migration once', async () => {
  await using database = await createTestDatabase({ service: SCHEMA, migrations: {} });
  const migrations = { '1-one': table('one'), '2-two': table('two') };
  const run = () => migrate({ databaseUrl: database.ownerUrl, service: SCHEMA, migrations, log: silent });
  await Promise.all([run(), run(), run()]);
  await run();
  expect(await tablesIn(database.ownerUrl)).toEqual(['one', 'two']);
});

test('a failing migration throws and leaves nothing of its run', async () => {
  await using database = await createTestDatabase({ service: SCHEMA, migrations: { '1-one': table('one') } });
  const migrations: ServiceMigrations = {
    '1-one': table('one'),
    '2-two': table('two'),
    '3-broken': {
      async up(db) {
        await sql`create table three (nonsense)`.execute(db);
      },
    },
  };
  const run = migrate({ databaseUrl: database.ownerUrl, service: SCHEMA, migrations, log: silent });
  await expect(run).rejects.toMatchObject({ code: '42601' });
  expect(await tablesIn(database.ownerUrl)).toEqual(['one']);
});

test('a migration that came before one already run is refused instead of slipped in', async () => {
  await using database = await createTestDatabase({ service: SCHEMA, migrations: { '2-two': table('two') } });
  const migrations = { '1-late': table('late'), '2-two': table('two') };
  const run = migrate({ databaseUrl: database.ownerUrl, service: SCHEMA, migrations, log: silent });
  await expect(run).rejects.toThrow();
  expect(await tablesIn(database.ownerUrl)).toEqual(['two']);
});

test('roles get the given passwords, and keep them when none are given', async () => {
  const service = 'migrate_roles_test';
  await using database = await createTestDatabase({ service, migrations: {} });
  const options = { databaseUrl: database.ownerUrl, service, migrations: {}, log: silent };
  await migrate({ ...options, rolePasswords: { tenant: "it's new", system: 'also new' } });
  await migrate(options);
  const url = new URL(database.ownerUrl);
  url.username = roleNames(service).tenant;
  const login = async (password: string) => {
    url.password = password;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.end();
  };
  await login("it's new");
  await expect(login('tenant-test-password')).rejects.toMatchObject({ code: '28P01' });
});

test('names that would escape their quotes are refused', () => {
  for (const name of ['', 'a"b', 'A', 'a-b', "a'b", 'x'.repeat(47)])
    expect(() => roleNames(name)).toThrow(/schema name/);
  expect(roleNames('caller_profile')).toEqual({
    tenant: 'frontdesk_caller_profile',
    system: 'frontdesk_caller_profile_system',
  });
});
