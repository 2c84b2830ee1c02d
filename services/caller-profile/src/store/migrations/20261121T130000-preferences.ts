/** Frozen: a later change is a later migration. A release that knows nothing of the column keeps its default. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table caller_profile.past_calls add column preferences text[] not null default '{}'`.execute(db);
}
