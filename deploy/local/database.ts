/** The PostgreSQL of a stack: embedded, or one that somebody else runs; with every service's schema and roles. */
import { randomBytes } from 'node:crypto';
import { withDeadline } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import pg from 'pg';
import { migrateAll, type RolePasswords, statefulServices } from '../migrations.ts';
import { startPostgres } from './postgres.ts';
import type { StackSettings } from './settings.ts';

export interface StackDatabase extends AsyncDisposable {
  /** For people who look around. */
  readonly adminUrl: string;
  /** Undefined when it is somebody else's. */
  readonly pid: number | undefined;
  /** As the roles of one service: bound to a tenant by row-level security, and without a tenant. */
  urlsOf(service: string): { url: string; systemUrl: string };
}

export interface StackDatabaseOptions {
  /** Of this run. */
  dir: string;
  logFile: string;
  env: Record<string, string>;
  log: Logger;
}

/** @throws Error naming what an outside PostgreSQL lacks */
export async function startDatabase(settings: StackSettings, options: StackDatabaseOptions): Promise<StackDatabase> {
  const passwords = Object.fromEntries(
    statefulServices.map((service) => [service, { tenant: newPassword(), system: newPassword() }]),
  );
  const { postgresUrl } = settings.outside;
  if (postgresUrl) {
    await checkOutside(postgresUrl);
    await migrateAll(postgresUrl, passwords, options.log);
    return database(postgresUrl, postgresUrl, passwords, undefined, async () => undefined);
  }
  const postgres = await startPostgres(options);
  try {
    await migrateAll(postgres.ownerUrl, passwords, options.log);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return database(postgres.ownerUrl, postgres.adminUrl, passwords, postgres.pid, () => postgres.stop());
}

function database(
  ownerUrl: string,
  adminUrl: string,
  passwords: Record<string, RolePasswords>,
  pid: number | undefined,
  stop: () => Promise<void>,
): StackDatabase {
  const as = (user: string, password: string) => {
    const url = new URL(ownerUrl);
    url.username = user;
    url.password = password;
    return url.href;
  };
  return {
    adminUrl,
    pid,
    urlsOf(service) {
      const known = passwords[service];
      if (!known) throw new Error(`${service} keeps nothing in PostgreSQL`);
      const role = `frontdesk_${service.replaceAll('-', '_')}`;
      return { url: as(role, known.tenant), systemUrl: as(`${role}_system`, known.system) };
    },
    [Symbol.asyncDispose]: stop,
  };
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

const OLDEST_VERSION = 160_000;

/** What DATABASE_URL must lead to, checked all at once. */
async function checkOutside(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await withDeadline('connecting to the PostgreSQL at DATABASE_URL', 10_000, client.connect());
  } catch (error) {
    throw new Error(`cannot connect to the PostgreSQL at DATABASE_URL: ${reasonOf(error)}`);
  }
  try {
    const { rows } = await client.query<{
      version: number;
      may_create: boolean;
      may_make_roles: boolean;
      gist: boolean;
    }>(`
      SELECT current_setting('server_version_num')::int AS version,
             has_database_privilege(current_database(), 'CREATE') AS may_create,
             (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_make_roles,
             EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gist') AS gist`);
    const [found] = rows;
    const problems = [
      ...((found?.version ?? 0) < OLDEST_VERSION ? ['it must be PostgreSQL 16 or newer'] : []),
      ...(found?.may_create ? [] : ['its user must be allowed to create schemas (CREATE on the database)']),
      ...(found?.may_make_roles ? [] : ['its user must be allowed to create roles (CREATEROLE)']),
      ...(found?.gist ? [] : ['the extension btree_gist must be available (postgresql-contrib)']),
    ];
    if (problems.length > 0) {
      throw new Error(`the PostgreSQL at DATABASE_URL cannot be used:\n  ${problems.join('\n  ')}`);
    }
  } finally {
    await client.end();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
