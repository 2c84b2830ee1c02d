/**
 * Frozen: a later change is a later migration.
 *
 * What an appointment takes up moves into a table of its own, a row per resource. An earlier release that still runs
 * finds nothing wrong with its reads; its bookings, which make no such rows, are refused by the trigger below.
 */
import { auditTable, enableTenancy } from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';

const schema = 'booking';

export async function up(db: Kysely<unknown>): Promise<void> {
  await widenAppointments(db);
  await createAllocations(db);
  await createCodeAttempts(db);
  for (const table of ['allocations', 'code_attempts']) await enableTenancy(db, schema, table);
  await copyAllocations(db);
  await auditTable(db, schema, 'allocations', ['appointment_id', 'resource_id']);
  await demandAllocations(db);
}

async function widenAppointments(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table booking.appointments
      drop constraint appointments_exclude_each_other,
      alter column customer_name drop not null,
      alter column confirmation_code drop not null,
      add column version integer not null default 1 check (version > 0),
      add column expires_at timestamptz,
      add column moved_at timestamptz,
      add column cancelled_at timestamptz,
      add column cancelled_by text check (cancelled_by in ('caller', 'business', 'expiry')),
      add column cancel_reason text,
      add constraint appointments_held_until check (status <> 'held' or expires_at is not null),
      add constraint appointments_are_somebodys check (
        status not in ('confirmed', 'no_show') or (customer_name is not null and confirmation_code is not null))`.execute(
    db,
  );
  // One that was moved is no longer the answer to the request that made it.
  await sql`drop index booking.appointments_once_per_call`.execute(db);
  await sql`
    create unique index appointments_once_per_call on booking.appointments (business_id, call_sid, service_id, starts_at)
    where status in ('held', 'confirmed') and call_sid is not null and moved_at is null`.execute(db);
  await sql`
    create index appointments_by_time on booking.appointments (business_id, starts_at, id)`.execute(db);
  await sql`
    create index appointments_held on booking.appointments (expires_at) where status = 'held'`.execute(db);
}

async function createAllocations(db: Kysely<unknown>): Promise<void> {
  // `expires_at` is the hold's, repeated here so that reading busy times stays within one table; no index may have it,
  // since changing it would then be tried against the exclusion again. `taken` is the time as searches read it: start,
  // and how long before and after it, in ms. Writing it once saves more than half of each search.
  await sql`
    create table booking.allocations (
      business_id text not null,
      appointment_id uuid not null,
      resource_id uuid not null,
      starts_at timestamptz not null,
      during tstzrange not null check (not isempty(during)),
      expires_at timestamptz,
      active boolean not null,
      taken text not null generated always as (${inMs(`starts_at - to_timestamp(0)`)} || ',' ||
        ${inMs('starts_at - lower(during)')} || ',' || ${inMs('upper(during) - starts_at')}) stored,
      primary key (business_id, appointment_id, resource_id),
      foreign key (business_id, appointment_id) references booking.appointments (business_id, id) on delete cascade,
      foreign key (business_id, resource_id) references booking.resources (business_id, id),
      constraint allocations_exclude_each_other
        exclude using gist (business_id with =, resource_id with =, during with &&) where (active)
    )`.execute(db);
  // By start time, not by range: under row-level security a range operator, which is not leakproof, uses no index.
  await sql`
    create index allocations_by_start on booking.allocations (business_id, resource_id, starts_at)
    where active`.execute(db);
}

const inMs = (interval: string) => sql`(extract(epoch from ${sql.raw(interval)}) * 1000)::int8::text`;

async function copyAllocations(db: Kysely<unknown>): Promise<void> {
  // Row-level security binds the owner as well, and a migration has no business.
  await sql`alter table booking.appointments no force row level security`.execute(db);
  await sql`alter table booking.allocations no force row level security`.execute(db);
  await sql`
    insert into booking.allocations (business_id, appointment_id, resource_id, starts_at, during, active)
    select business_id, id, resource_id, starts_at, during, status in ('held', 'confirmed')
    from booking.appointments`.execute(db);
  await sql`alter table booking.allocations force row level security`.execute(db);
  await sql`alter table booking.appointments force row level security`.execute(db);
}

async function createCodeAttempts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table booking.code_attempts (
      business_id text not null,
      subject text not null,
      wrong integer not null,
      since timestamptz not null,
      primary key (business_id, subject)
    )`.execute(db);
  await sql`create index code_attempts_by_age on booking.code_attempts (since)`.execute(db);
}

/** No appointment stands without its time being taken, whoever wrote it: looked at when the transaction commits. */
async function demandAllocations(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function booking.demand_allocation() returns trigger language plpgsql
    set search_path = booking, pg_temp as ${sql.lit(`
begin
  if exists (select from appointments a where a.business_id = new.business_id and a.id = new.id
    and (a.status in ('held', 'confirmed')) <> exists (
      select from allocations l where l.business_id = a.business_id and l.appointment_id = a.id
        and l.resource_id = a.resource_id and l.starts_at = a.starts_at and l.active))
  then
    raise exception 'appointment % does not take up its time', new.id using errcode = 'check_violation';
  end if;
  return null;
end`)}`.execute(db);
  await sql`
    create constraint trigger demand_allocation after insert or update of status, resource_id, starts_at
    on booking.appointments deferrable initially deferred
    for each row execute function booking.demand_allocation()`.execute(db);
}
