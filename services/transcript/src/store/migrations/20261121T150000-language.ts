/** Frozen: a later change is a later migration. */
import { type Kysely, sql } from 'kysely';

/** The language last spoken in a call; null while it goes on, and for calls of before it was kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table transcript.calls add column language text`.execute(db);
}
