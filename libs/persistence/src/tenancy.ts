/**
 * Row-level security, the same for every table.
 *
 * These helpers are called by migrations, which are frozen: once released their effect must not change. A new rule is
 * a new helper and a new migration.
 */
import { type Kysely, sql } from 'kysely';
import { checkedSchema, roleNames } from './roles.ts';

export type Privilege = 'select' | 'insert' | 'update' | 'delete';

/**
 * Closes a table: its tenant role reaches the rows of the transaction's business, its system role every row, and the
 * owner none (FORCE). The table needs a `business_id text not null`; put it first in every key, because a unique
 * constraint without it tells one tenant what another has.
 */
export async function enableTenancy(db: Kysely<unknown>, schema: string, table: string): Promise<void> {
  const all: Privilege[] = ['select', 'insert', 'update', 'delete'];
  await protectTable(db, schema, table, { tenant: all, system: all });
}

export async function protectTable(
  db: Kysely<unknown>,
  schema: string,
  table: string,
  privileges: { tenant: Privilege[]; system: Privilege[] },
): Promise<void> {
  const names = roleNames(checkedSchema(schema));
  const target = sql.id(schema, table);
  const [tenant, system] = [sql.id(names.tenant), sql.id(names.system)];
  // After a transaction with set_config(…, true) the setting is '' for the rest of the session, not null.
  const ownRow = sql`business_id = nullif(current_setting('app.business_id', true), '')`;

  await sql`alter table ${target} enable row level security`.execute(db);
  await sql`alter table ${target} force row level security`.execute(db);
  await sql`create policy tenant_rows on ${target} to ${tenant} using (${ownRow}) with check (${ownRow})`.execute(db);
  await sql`create policy system_rows on ${target} to ${system} using (true) with check (true)`.execute(db);
  await grant(db, schema, table, names.tenant, privileges.tenant);
  await grant(db, schema, table, names.system, privileges.system);
}

async function grant(db: Kysely<unknown>, schema: string, table: string, role: string, privileges: Privilege[]) {
  await sql`grant ${sql.raw(privileges.join(', '))} on ${sql.id(schema, table)} to ${sql.id(role)}`.execute(db);
}
