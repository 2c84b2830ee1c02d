/**
 * Frozen: a later change is a later migration. Every new column has a default that means what was so before it, so an
 * earlier release goes on reading and booking; only its changes of services and resources by name fail, because names
 * are unique from now on only among what is not retired.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table booking.rules
      add column max_per_day integer check (max_per_day > 0),
      add column assignment text not null default 'least_busy' check (assignment in ('least_busy', 'round_robin')),
      add column change_notice_minutes integer not null default 0 check (change_notice_minutes >= 0),
      add column late_changes text not null default 'allowed' check (late_changes in ('allowed', 'refused')),
      add column late_change_note text`.execute(db);
  await sql`
    alter table booking.services
      add column skills text[] not null default '{}',
      add column also_needs text[] not null default '{}',
      add column place text not null default 'on_site' check (place in ('on_site', 'online')),
      add column retired_at timestamptz`.execute(db);
  await sql`
    alter table booking.resources
      add column kind text not null default 'staff' check (kind in ('staff', 'room', 'vehicle', 'equipment')),
      add column skills text[] not null default '{}',
      add column languages text[] not null default '{}',
      add column exceptions jsonb not null default '[]',
      add column max_per_day integer check (max_per_day > 0),
      add column retired_at timestamptz`.execute(db);
  for (const table of ['services', 'resources']) {
    await sql`drop index booking.${sql.ref(`${table}_name`)}`.execute(db);
    await sql`
      create unique index ${sql.ref(`${table}_name`)} on booking.${sql.ref(table)} (business_id, lower(name))
      where retired_at is null`.execute(db);
  }
  // Whose turn it is: the last appointment each was given.
  await sql`
    create index appointments_by_given on booking.appointments (business_id, resource_id, created_at)
    where status <> 'cancelled'`.execute(db);
}
