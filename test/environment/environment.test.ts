// Pins: a test run whose PostgreSQL lacks what the services build on, or whose NATS lets anybody in.
import { testNats } from '@frontdesk/messaging/testing';
import { connect } from 'nats';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import './provided.ts';

test('PostgreSQL is 16 or newer and knows exclusion constraints over ids', async () => {
  const client = new pg.Client({ connectionString: inject('frontdesk').postgres.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SHOW server_version_num');
    expect(Number(rows[0].server_version_num)).toBeGreaterThanOrEqual(160_000);
    await client.query('CREATE SCHEMA environment_test; CREATE EXTENSION IF NOT EXISTS btree_gist');
    await client.query(
      'CREATE TABLE environment_test.t (who uuid, during tstzrange, EXCLUDE USING gist (who WITH =, during WITH &&))',
    );
    await client.query('DROP SCHEMA environment_test CASCADE');
  } finally {
    await client.end();
  }
});

test('the owner of the database is no superuser, so that row-level security binds it', async () => {
  const client = new pg.Client({ connectionString: inject('frontdesk').postgres.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user');
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  } finally {
    await client.end();
  }
});

test('NATS refuses whoever has no credentials', async () => {
  await expect(connect({ servers: testNats().url, reconnect: false, timeout: 5_000 })).rejects.toThrow(
    /authorization/i,
  );
});
