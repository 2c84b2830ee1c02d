/** Frozen: a later change is a later migration. */
import { type Kysely, sql } from 'kysely';

/** Who takes over when the receptionist cannot go on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table business_profile.businesses
    add column fallback jsonb not null default '{"kind": "apology"}'`.execute(db);
}
