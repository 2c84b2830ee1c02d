/** Frozen: a later change is a later migration. */
import { auditTable, createAudit, enableTenancy } from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';

const schema = 'business_profile';
const tables = ['businesses', 'numbers', 'documents', 'passages', 'api_keys', 'event_credentials'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await createBusinesses(db);
  await createKnowledge(db);
  await createKeys(db);
  for (const table of tables) await enableTenancy(db, schema, table);
  await createAudit(db, schema);
  await auditTable(db, schema, 'businesses', ['business_id']);
  await auditTable(db, schema, 'numbers', ['number']);
  for (const table of ['documents', 'api_keys', 'event_credentials']) await auditTable(db, schema, table);
}

async function createBusinesses(db: Kysely<unknown>): Promise<void> {
  // What ends in "_sealed" is encrypted by the key ring of the services.
  await sql`
    create table business_profile.businesses (
      business_id text primary key,
      name text not null,
      time_zone text not null,
      pool text not null,
      max_concurrent_calls integer not null check (max_concurrent_calls > 0),
      twilio_account_sid text not null,
      twilio_auth_token_sealed text not null,
      agent jsonb not null,
      opening_hours jsonb not null,
      caller_trust text not null,
      max_call_ms integer not null,
      facts text not null default '',
      search_config text not null,
      account_public_key text not null,
      account_seed_sealed text not null,
      account_jwt text not null,
      account_pushed_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default clock_timestamp()
    )`.execute(db);
  // A number rings at one business only, hence unique over all of them. The constraint's name is not shown to anybody.
  await sql`
    create table business_profile.numbers (
      business_id text not null references business_profile.businesses,
      number text not null,
      primary key (business_id, number),
      constraint numbers_belong_to_one unique (number)
    )`.execute(db);
}

async function createKnowledge(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table business_profile.documents (
      business_id text not null references business_profile.businesses,
      id uuid not null default gen_random_uuid(),
      position bigint generated always as identity,
      title text not null,
      text text not null,
      updated_at timestamptz not null default now(),
      primary key (business_id, id)
    )`.execute(db);
  await sql`create unique index documents_title on business_profile.documents (business_id, lower(title))`.execute(db);
  // No index on "search": under row-level security @@, which is not leakproof, could not use one. The primary key
  // narrows to one business, whose passages are few.
  await sql`
    create table business_profile.passages (
      business_id text not null,
      document_id uuid not null,
      position integer not null,
      text text not null,
      search tsvector not null,
      primary key (business_id, document_id, position),
      foreign key (business_id, document_id) references business_profile.documents (business_id, id) on delete cascade
    )`.execute(db);
}

async function createKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table business_profile.api_keys (
      business_id text not null references business_profile.businesses,
      id uuid not null default gen_random_uuid(),
      name text not null,
      key_hash text not null unique,
      created_at timestamptz not null default now(),
      revoked_at timestamptz,
      primary key (business_id, id)
    )`.execute(db);
  await sql`
    create table business_profile.event_credentials (
      business_id text not null references business_profile.businesses,
      id uuid not null default gen_random_uuid(),
      name text not null,
      user_public_key text not null,
      created_at timestamptz not null default now(),
      revoked_at timestamptz,
      primary key (business_id, id)
    )`.execute(db);
}
