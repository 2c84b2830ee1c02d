/** Frozen: a later change is a later migration. */
import { auditTable, createAudit, createIdempotency, createOutbox, enableTenancy } from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';

const schema = 'booking';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Text and uuid columns in the exclusion constraint below need it.
  await sql`create extension if not exists btree_gist with schema public`.execute(db);
  await createCatalogTables(db);
  await createAppointments(db);
  for (const table of ['rules', 'services', 'resources', 'resource_services', 'working_hours', 'appointments']) {
    await enableTenancy(db, schema, table);
  }
  await createAudit(db, schema);
  await auditTable(db, schema, 'rules', ['business_id']);
  for (const table of ['services', 'resources', 'appointments']) await auditTable(db, schema, table);
  await createOutbox(db, schema);
  await createIdempotency(db, schema);
}

async function createCatalogTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table booking.rules (
      business_id text primary key,
      time_zone text not null,
      min_notice_minutes integer not null check (min_notice_minutes >= 0),
      horizon_days integer not null check (horizon_days > 0),
      granularity_minutes integer not null check (granularity_minutes > 0)
    )`.execute(db);
  await sql`
    create table booking.services (
      business_id text not null,
      id uuid not null default gen_random_uuid(),
      position bigint generated always as identity,
      name text not null,
      description text not null,
      duration_minutes integer not null check (duration_minutes > 0),
      buffer_before_minutes integer not null check (buffer_before_minutes >= 0),
      buffer_after_minutes integer not null check (buffer_after_minutes >= 0),
      price_text text,
      primary key (business_id, id)
    )`.execute(db);
  await sql`create unique index services_name on booking.services (business_id, lower(name))`.execute(db);
  await sql`
    create table booking.resources (
      business_id text not null,
      id uuid not null default gen_random_uuid(),
      position bigint generated always as identity,
      name text not null,
      primary key (business_id, id)
    )`.execute(db);
  await sql`create unique index resources_name on booking.resources (business_id, lower(name))`.execute(db);
  await sql`
    create table booking.resource_services (
      business_id text not null,
      resource_id uuid not null,
      service_id uuid not null,
      primary key (business_id, resource_id, service_id),
      foreign key (business_id, resource_id) references booking.resources (business_id, id) on delete cascade,
      foreign key (business_id, service_id) references booking.services (business_id, id) on delete cascade
    )`.execute(db);
  await sql`
    create table booking.working_hours (
      business_id text not null,
      resource_id uuid not null,
      weekday smallint not null check (weekday between 1 and 7),
      from_time time not null,
      to_time time not null,
      check (from_time < to_time),
      primary key (business_id, resource_id, weekday, from_time),
      foreign key (business_id, resource_id) references booking.resources (business_id, id) on delete cascade
    )`.execute(db);
}

async function createAppointments(db: Kysely<unknown>): Promise<void> {
  // `during` is what is blocked, buffers inside; an empty range would slip past the exclusion, hence the check.
  await sql`
    create table booking.appointments (
      business_id text not null,
      id uuid not null default gen_random_uuid(),
      resource_id uuid not null,
      service_id uuid not null,
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      during tstzrange not null,
      status text not null check (status in ('held', 'confirmed', 'cancelled', 'no_show')),
      customer_name text not null,
      customer_phone text,
      note text,
      confirmation_code text not null,
      call_sid text,
      created_at timestamptz not null default now(),
      primary key (business_id, id),
      foreign key (business_id, resource_id) references booking.resources (business_id, id),
      foreign key (business_id, service_id) references booking.services (business_id, id),
      check (starts_at < ends_at),
      check (not isempty(during)),
      check (during @> tstzrange(starts_at, ends_at, '[)')),
      constraint appointments_exclude_each_other
        exclude using gist (business_id with =, resource_id with =, during with &&)
        where (status in ('held', 'confirmed'))
    )`.execute(db);
  // Reads go by start time, not by range: under row-level security a range operator, which is not leakproof, cannot
  // use an index, and the comparison of timestamps can.
  await sql`
    create index appointments_by_start on booking.appointments (business_id, resource_id, starts_at)
    where status in ('held', 'confirmed')`.execute(db);
  await sql`
    create unique index appointments_code on booking.appointments (business_id, confirmation_code)
    where status in ('held', 'confirmed')`.execute(db);
  await sql`
    create unique index appointments_once_per_call on booking.appointments (business_id, call_sid, service_id, starts_at)
    where status in ('held', 'confirmed') and call_sid is not null`.execute(db);
}
