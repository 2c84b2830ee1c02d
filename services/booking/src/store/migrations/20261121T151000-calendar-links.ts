/** Frozen: a later change is a later migration. */
import { auditTable, enableTenancy } from '@frontdesk/persistence';
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table booking.calendar_links (
      business_id text not null,
      id uuid not null default gen_random_uuid(),
      token_hash text not null,
      appointment_id uuid,
      resource_id uuid,
      created_at timestamptz not null,
      revoked_at timestamptz,
      primary key (business_id, id),
      foreign key (business_id, appointment_id) references booking.appointments (business_id, id) on delete cascade,
      foreign key (business_id, resource_id) references booking.resources (business_id, id),
      check (num_nonnulls(appointment_id, resource_id) = 1)
    )`.execute(db);
  // The one key without a business in it: whose link it is follows from the token. Nobody learns anything from a clash,
  // because nobody chooses their token.
  await sql`create unique index calendar_links_token on booking.calendar_links (token_hash)`.execute(db);
  await sql`
    create index calendar_links_latest on booking.calendar_links (business_id, created_at)
    where revoked_at is null`.execute(db);
  // Apart, because reading changes nothing that anybody has to answer for: the audit would be full of it.
  await sql`
    create table booking.calendar_link_reads (
      business_id text not null,
      link_id uuid not null,
      last_read_at timestamptz not null,
      primary key (business_id, link_id),
      foreign key (business_id, link_id) references booking.calendar_links (business_id, id) on delete cascade
    )`.execute(db);
  for (const table of ['calendar_links', 'calendar_link_reads']) await enableTenancy(db, 'booking', table);
  await auditTable(db, 'booking', 'calendar_links');
}
