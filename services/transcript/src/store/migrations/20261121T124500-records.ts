/** Frozen: a later change is a later migration. */
import { type Kysely, sql } from 'kysely';

/** Whether the live record of a call that is over was looked after: a bridge that died leaves one behind. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table transcript.calls
    add column record_checked_at timestamptz,
    add column record_not_before timestamptz`.execute(db);
  await sql`
    create index calls_with_record on transcript.calls (completed_heard_at)
    where record_checked_at is null and completed_heard_at is not null`.execute(db);
}
