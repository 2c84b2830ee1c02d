/** Frozen: a later change is a later migration. */
import { auditTable, enableTenancy } from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';

const schema = 'caller_profile';

/** What the team has to follow up. Callers are found by the number they called from, whenever they are met. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table caller_profile.follow_up_tasks (
      business_id text not null,
      task_id uuid not null,
      source_event_id text not null,
      kind text not null check (kind in ('message', 'callback', 'voicemail')),
      call_sid text not null,
      from_number text,
      to_number text not null,
      callback_number text,
      name text,
      body text,
      recording_sid text,
      urgency text not null check (urgency in ('normal', 'urgent')),
      reason text,
      due_at timestamptz not null,
      state text not null default 'open' check (state in ('open', 'done')),
      created_at timestamptz not null,
      done_at timestamptz,
      primary key (business_id, task_id),
      unique (business_id, source_event_id),
      check ((state = 'done') = (done_at is not null))
    )`.execute(db);
  await sql`
    create index follow_up_tasks_newest_first
    on caller_profile.follow_up_tasks (business_id, created_at desc, task_id desc)`.execute(db);
  await sql`
    create index follow_up_tasks_open
    on caller_profile.follow_up_tasks (business_id, created_at desc, task_id desc) where state = 'open'`.execute(db);
  await sql`
    create index follow_up_tasks_of_number
    on caller_profile.follow_up_tasks (business_id, from_number)`.execute(db);
  await enableTenancy(db, schema, 'follow_up_tasks');
  await auditTable(db, schema, 'follow_up_tasks', ['task_id']);
}
