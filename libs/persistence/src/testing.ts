/** A throw-away database per test file, in the one real PostgreSQL of the test run. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { z } from 'zod';
import { migrate, type ServiceMigrations } from './migrate.ts';
import { checkedSchema, roleNames } from './roles.ts';

const environment = z.object({ postgres: z.object({ ownerUrl: z.string() }) });

export interface TestDatabase extends AsyncDisposable {
  /** For `createDatabase({ url })`: the tenant role. */
  url: string;
  systemUrl: string;
  ownerUrl: string;
}

/** Creates and migrates a database; disposing drops it. */
export async function createTestDatabase(options: {
  /** The service's schema, such as `caller_profile`. */
  service: string;
  migrations: ServiceMigrations;
}): Promise<TestDatabase> {
  const { service, migrations } = options;
  const provide: (key: string) => unknown = inject as (key: string) => unknown;
  const { ownerUrl: serverUrl } = environment.parse(provide('frontdesk')).postgres;
  const name = `test_${checkedSchema(service)}_${randomBytes(6).toString('hex')}`;
  await asOwner(serverUrl, `create database "${name}"`);

  const ownerUrl = urlFor(serverUrl, name);
  // Roles are shared by all databases of the run, so every test file must set the same passwords.
  const rolePasswords = { tenant: 'tenant-test-password', system: 'system-test-password' };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await migrate({ databaseUrl: ownerUrl, service, migrations, rolePasswords, log: silent });
  const roles = roleNames(service);
  return {
    url: urlFor(serverUrl, name, roles.tenant, rolePasswords.tenant),
    systemUrl: urlFor(serverUrl, name, roles.system, rolePasswords.system),
    ownerUrl,
    [Symbol.asyncDispose]: () => dropDatabase(serverUrl, name),
  };
}

/** The server waits 5 s for its users to leave: backends outlive the sockets of a closed pool by a moment. */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  try {
    await asOwner(serverUrl, `drop database if exists "${name}"`);
  } catch (error) {
    // Somebody is still connected; the whole server goes away with the test run.
    if (!(error instanceof pg.DatabaseError && error.code === '55006')) throw error;
  }
}

async function asOwner(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function urlFor(serverUrl: string, database: string, user?: string, password?: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = password;
  return url.href;
}
