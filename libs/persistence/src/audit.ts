/**
 * Who wrote what. A trigger fills the audit table, so no writer can forget it; a write without an actor fails.
 *
 * The trigger runs with its owner's rights and only the owner may insert: a service reads its audit but cannot write
 * or change it by any other way than really writing the row. Values are not kept (they are personal data with a
 * retention of their own), only which columns changed.
 *
 * Called by migrations, therefore frozen.
 */
import { type Kysely, sql } from 'kysely';
import { protectTable } from './tenancy.ts';

/** Creates `<schema>.audit` and its trigger function. Once per schema, before auditTable. */
export async function createAudit(db: Kysely<unknown>, schema: string): Promise<void> {
  const audit = sql.id(schema, 'audit');
  await sql`create table ${audit} (
    id bigint generated always as identity primary key,
    business_id text not null,
    at timestamptz not null default now(),
    actor_kind text not null,
    actor_id text not null,
    operation text not null check (operation in ('insert', 'update', 'delete')),
    table_name text not null,
    row_id text not null,
    changed_columns text[]
  )`.execute(db);
  await sql`create index on ${audit} (business_id, table_name, row_id, id)`.execute(db);
  await protectTable(db, schema, 'audit', { tenant: ['select'], system: ['select', 'delete'] });
  await sql`create policy appended_by_trigger on ${audit} for insert to current_user with check (true)`.execute(db);

  await sql`create function ${sql.id(schema, 'audit_row')}() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as ${sql.lit(triggerBody(schema))}`.execute(
    db,
  );
  await sql`revoke all on function ${sql.id(schema, 'audit_row')}() from public`.execute(db);
}

/**
 * Audits every insert, update and delete of a table.
 *
 * @param idColumns what identifies a row within its business
 */
export async function auditTable(
  db: Kysely<unknown>,
  schema: string,
  table: string,
  idColumns: readonly string[] = ['id'],
): Promise<void> {
  const columns = sql.join(idColumns.map((column) => sql.lit(column)));
  await sql`create trigger audit after insert or update or delete on ${sql.id(schema, table)}
    for each row execute function ${sql.id(schema, 'audit_row')}(${columns})`.execute(db);
}

function triggerBody(schema: string): string {
  return `
declare
  actor text := nullif(current_setting('app.actor', true), '');
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  any_row jsonb := coalesce(new_row, old_row);
  changed text[];
begin
  if actor is null then
    raise exception 'a write to %.% needs an actor', tg_table_schema, tg_table_name using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' then
    select array_agg(key order by key) into changed
      from jsonb_each(new_row) where value is distinct from old_row -> key;
    if changed is null then return null; end if;
  end if;
  insert into "${schema}".audit
    (business_id, actor_kind, actor_id, operation, table_name, row_id, changed_columns)
  values (
    any_row ->> 'business_id',
    split_part(actor, ':', 1),
    substr(actor, strpos(actor, ':') + 1),
    lower(tg_op),
    tg_table_name,
    (select string_agg(coalesce(any_row ->> column_name, ''), '/' order by position)
      from unnest(tg_argv) with ordinality as id (column_name, position)),
    changed
  );
  return null;
end`;
}
