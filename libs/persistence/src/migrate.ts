/**
 * Brings a service's schema to the newest version: schema, roles, tables. Run by the owner of the database, before the
 * release that needs it; any number of runs at once do it one after the other.
 */
import { backoff } from '@frontdesk/lifecycle';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { connectionConfig, type PersistenceLog } from './pool.ts';
import { checkedSchema, provideRoles, type RolePasswords } from './roles.ts';

/** Longer than any migration should take; a lock that is held longer is a problem to look at. */
const MIGRATION_TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 8;
const retryWait = backoff({ baseMs: 50, maxMs: 1_000, jitter: 0.5 });

const MIGRATION_TABLE = 'schema_migration';
const MIGRATION_LOCK_TABLE = 'schema_migration_lock';

/**
 * By name, which begins with the time it was written (`20260105T1500-first-tables`) because they run in that order.
 * Frozen once released, and typed `unknown` so that none depends on today's tables.
 */
export type ServiceMigrations = Readonly<Record<string, { up(db: Kysely<unknown>): Promise<void> }>>;

export interface MigrateOptions {
  /** Of the owner, who may create schemas and roles. */
  databaseUrl: string;
  /** The service's schema, such as `caller_profile`. */
  service: string;
  migrations: ServiceMigrations;
  /** Sets the roles' passwords; without it the roles keep theirs. */
  rolePasswords?: RolePasswords;
  log: PersistenceLog;
}

/** @throws whatever stopped a migration; all of its run is rolled back */
export async function migrate({ databaseUrl, service, migrations, rolePasswords, log }: MigrateOptions): Promise<void> {
  const schema = checkedSchema(service);
  const pool = new pg.Pool({
    ...connectionConfig({ url: databaseUrl, applicationName: `frontdesk-migrate-${schema}` }),
    query_timeout: MIGRATION_TIMEOUT_MS,
    max: 1,
  });
  pool.on('error', (error) => log.warn({ err: error, event: 'idle_connection_lost' }, 'lost an idle connection'));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await db.connection().execute(async (connection) => {
      // The session's lock covers what Kysely's own does not: the schema, the roles and the tables it keeps count in.
      await sql`select pg_advisory_lock(hashtextextended('frontdesk.migrate', 0))`.execute(connection);
      try {
        await prepare(connection, schema, rolePasswords);
        await runMigrations(connection, schema, migrations, log);
        await refuseOpenTables(connection, schema);
      } finally {
        await sql`select pg_advisory_unlock(hashtextextended('frontdesk.migrate', 0))`.execute(connection);
      }
    });
  } finally {
    await db.destroy();
  }
}

async function prepare(db: Kysely<unknown>, schema: string, passwords: RolePasswords | undefined): Promise<void> {
  await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  await sql`select set_config('search_path', ${`"${schema}", public`}, false)`.execute(db);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await provideRoles(db, schema, passwords);
    } catch (error) {
      // The lock above holds for this database; roles are shared with every other database of the server.
      if (!isConcurrentUpdate(error) || attempt + 1 >= MAX_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryWait(attempt)));
    }
  }
}

async function runMigrations(
  db: Kysely<unknown>,
  schema: string,
  migrations: ServiceMigrations,
  log: PersistenceLog,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: schema,
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: MIGRATION_LOCK_TABLE,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results) {
    log.info({ schema, migration: migrationName, status, event: 'migration' }, 'ran a migration');
  }
  if (error) throw error;
}

/** A table without row-level security would show every tenant's rows to all: better no start than that. */
async function refuseOpenTables(db: Kysely<unknown>, schema: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select c.relname as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
      and c.relname not in (${MIGRATION_TABLE}, ${MIGRATION_LOCK_TABLE})
    order by 1`.execute(db);
  if (rows.length === 0) return;
  throw new Error(`tables without row-level security in ${schema}: ${rows.map((row) => row.name).join(', ')}`);
}

function isConcurrentUpdate(error: unknown): boolean {
  // PostgreSQL gives "tuple concurrently updated" the code of internal errors, so only its text tells.
  return error instanceof Error && /^tuple concurrently (updated|deleted)$/.test(error.message);
}
