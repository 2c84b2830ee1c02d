/** The two database roles of a service, and the names everything about them is built from. */
import { type Kysely, sql } from 'kysely';

/** Leaves room for `frontdesk_` and `_system` within PostgreSQL's 63 bytes. */
const SCHEMA = /^[a-z][a-z0-9_]{0,45}$/;

export interface RolePasswords {
  tenant: string;
  system: string;
}

/** A schema's name, safe to be part of an identifier. @throws Error when it is not */
export function checkedSchema(schema: string): string {
  if (!SCHEMA.test(schema)) throw new Error(`not a legal schema name: ${schema}`);
  return schema;
}

/** `booking` → `frontdesk_booking` (bound to one tenant) and `frontdesk_booking_system` (bound to none). */
export function roleNames(schema: string): { tenant: string; system: string } {
  return { tenant: `frontdesk_${checkedSchema(schema)}`, system: `frontdesk_${checkedSchema(schema)}_system` };
}

/**
 * Creates the roles when they are absent and lets them into their own schema; tables are granted one by one.
 * Neither owns anything, may bypass row-level security, or is a member of another role.
 */
export async function provideRoles(db: Kysely<unknown>, schema: string, passwords?: RolePasswords): Promise<void> {
  const names = roleNames(schema);
  for (const kind of ['tenant', 'system'] as const) {
    const role = sql.id(names[kind]);
    // Roles belong to the whole server, where another migration may create the same one at this moment.
    await sql`do ${sql.lit(`begin
      if not exists (select from pg_roles where rolname = '${names[kind]}') then
        create role "${names[kind]}" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit;
      end if;
    exception when duplicate_object or unique_violation then null;
    end`)}`.execute(db);
    if (passwords) await sql`alter role ${role} password ${sql.lit(passwords[kind])}`.execute(db);
    await sql`grant usage on schema ${sql.id(schema)} to ${role}`.execute(db);
  }
}
