/** Frozen: a later change is a later migration. */
import { auditTable, createAudit, createOutbox, enableTenancy } from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';

const schema = 'transcript';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createCalls(db);
  await createEntries(db);
  await createAppointments(db);
  for (const table of ['calls', 'turns', 'tool_calls', 'appointments']) await enableTenancy(db, schema, table);
  await createAudit(db, schema);
  // Turns and tool calls are written once, by the event that is their record; only calls change.
  await auditTable(db, schema, 'calls', ['call_sid']);
  await createOutbox(db, schema);
}

async function createCalls(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table transcript.calls (
      business_id text not null,
      call_sid text not null,
      direction text check (direction in ('inbound', 'outbound')),
      from_number text,
      to_number text,
      started_at timestamptz not null,
      started_known boolean not null default false,
      answered boolean not null default false,
      caller_id uuid,
      ended_at timestamptz,
      end_reason text,
      entries integer check (entries >= 0),
      ended_heard_at timestamptz,
      usage jsonb,
      leg_ended_at timestamptz,
      leg_status text,
      leg_duration_seconds integer check (leg_duration_seconds >= 0),
      completed_heard_at timestamptz,
      rejected_reason text,
      status text not null generated always as (
        case
          when rejected_reason is not null and not answered then 'rejected'
          when ended_heard_at is not null or completed_heard_at is not null then 'completed'
          else 'in_progress'
        end) stored,
      duration_seconds integer generated always as (
        coalesce(greatest(0, round(extract(epoch from (ended_at - started_at))))::integer, leg_duration_seconds)) stored,
      summary jsonb,
      summary_model text,
      summarised_at timestamptz,
      summary_due_at timestamptz,
      summary_not_before timestamptz,
      summary_attempts integer not null default 0,
      summary_unusable_answers integer not null default 0,
      summary_failure text,
      summary_given_up_at timestamptz,
      primary key (business_id, call_sid),
      check ((direction is null) = (to_number is null))
    )`.execute(db);
  await sql`
    create index calls_newest_first on transcript.calls (business_id, started_at desc, call_sid desc)
    where to_number is not null`.execute(db);
  await sql`
    create index calls_to_summarise on transcript.calls (summary_due_at)
    where summary is null and summary_given_up_at is null and summary_due_at is not null`.execute(db);
}

async function createEntries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table transcript.turns (
      business_id text not null,
      call_sid text not null,
      seq integer not null check (seq >= 0),
      role text not null check (role in ('caller', 'receptionist')),
      text text not null,
      started_at timestamptz not null,
      ended_at timestamptz not null,
      interrupted boolean not null,
      primary key (business_id, call_sid, seq),
      foreign key (business_id, call_sid) references transcript.calls (business_id, call_sid) on delete cascade
    )`.execute(db);
  await sql`
    create table transcript.tool_calls (
      business_id text not null,
      call_sid text not null,
      seq integer not null check (seq >= 0),
      tool_call_id text not null,
      name text not null,
      arguments text not null,
      outcome text not null,
      output text not null,
      started_at timestamptz not null,
      duration_ms integer not null check (duration_ms >= 0),
      primary key (business_id, call_sid, seq),
      foreign key (business_id, call_sid) references transcript.calls (business_id, call_sid) on delete cascade
    )`.execute(db);
}

async function createAppointments(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table transcript.appointments (
      business_id text not null,
      appointment_id uuid not null,
      call_sid text,
      booked_at timestamptz not null,
      primary key (business_id, appointment_id)
    )`.execute(db);
  await sql`create index appointments_by_time on transcript.appointments (business_id, booked_at)`.execute(db);
}
