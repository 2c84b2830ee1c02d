/** Frozen: a later change is a later migration. */
import { auditTable, createAudit, createIdempotency, createOutbox, enableTenancy } from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';

const schema = 'caller_profile';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table caller_profile.callers (
      business_id text not null,
      caller_id uuid not null,
      phone text not null,
      name text,
      name_source text check (name_source in ('said', 'summary')),
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (business_id, caller_id),
      unique (business_id, phone),
      check ((name is null) = (name_source is null))
    )`.execute(db);
  await sql`
    create table caller_profile.past_calls (
      business_id text not null,
      call_sid text not null,
      caller_id uuid not null,
      at timestamptz not null,
      summary text not null,
      primary key (business_id, call_sid),
      foreign key (business_id, caller_id) references caller_profile.callers (business_id, caller_id) on delete cascade
    )`.execute(db);
  await sql`
    create index past_calls_newest_first on caller_profile.past_calls (business_id, caller_id, at desc)`.execute(db);
  await sql`
    create table caller_profile.consumed_events (
      business_id text not null,
      event_id text not null,
      consumed_at timestamptz not null,
      primary key (business_id, event_id)
    )`.execute(db);
  for (const table of ['callers', 'past_calls', 'consumed_events']) await enableTenancy(db, schema, table);
  await createAudit(db, schema);
  await auditTable(db, schema, 'callers', ['caller_id']);
  await auditTable(db, schema, 'past_calls', ['call_sid']);
  await createOutbox(db, schema);
  await createIdempotency(db, schema);
}
