/**
 * Frozen: a later change is a later migration. What is the same request again, told more closely: two of a family may
 * book the same time with two people in one call, and a wrong code asked for twice is one attempt. An earlier release
 * that still runs goes on as it was.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index booking.appointments_once_per_call`.execute(db);
  await sql`
    create unique index appointments_once_per_call
    on booking.appointments (business_id, call_sid, service_id, starts_at, resource_id)
    where status in ('held', 'confirmed') and call_sid is not null and moved_at is null`.execute(db);
  await sql`
    alter table booking.code_attempts
      add column locked_at timestamptz,
      add column marks text[] not null default '{}'`.execute(db);
}
