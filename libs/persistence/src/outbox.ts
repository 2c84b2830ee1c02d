/**
 * Events that leave together with the change they tell of: both are written in one transaction, and a relay publishes
 * the events afterwards. The row is also the record from which the stream can be rebuilt.
 */
import {
  type CloudEvent,
  type EventContract,
  eventSubject,
  messageIdOf,
  type NewEvent,
  toCloudEvent,
} from '@frontdesk/contracts/event';
import { currentTraceparent } from '@frontdesk/observability';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { sourceOf } from './source.ts';
import { tell } from './tell.ts';
import { protectTable } from './tenancy.ts';
import type { SystemTransaction, TenantTransaction } from './transaction.ts';

/** The channel a committed event is announced on. */
export function outboxChannel(schema: string): string {
  return `${schema}_outbox`;
}

/** Creates `<schema>.outbox`. Called by migrations, therefore frozen. */
export async function createOutbox(db: Kysely<unknown>, schema: string): Promise<void> {
  const table = sql.id(schema, 'outbox');
  await sql`create table ${table} (
    id bigint generated always as identity primary key,
    business_id text not null,
    event_id text not null,
    aggregate text not null,
    subject text not null,
    message_id text not null,
    event jsonb not null,
    xid xid8 not null default pg_current_xact_id(),
    created_at timestamptz not null default now(),
    published_at timestamptz,
    unique (business_id, event_id)
  )`.execute(db);
  await sql`create index outbox_pending on ${table} (id) where published_at is null`.execute(db);
  await protectTable(db, schema, 'outbox', {
    tenant: ['select', 'insert'],
    system: ['select', 'insert', 'update', 'delete'],
  });
}

/**
 * Adds an event to the transaction. Adding one with an id that is there already does nothing, so that a message handled
 * twice tells its consequence once.
 *
 * @throws ZodError when the data does not fit the contract: a bug of the publisher
 */
export async function appendToOutbox<DB, Data extends z.ZodType>(
  tx: TenantTransaction<DB> | SystemTransaction<DB>,
  businessId: string,
  contract: EventContract<Data>,
  newEvent: NewEvent<z.input<Data>>,
): Promise<void> {
  if (newEvent.businessId !== businessId) throw new Error('an event belongs to the business that it is written for');
  const event: CloudEvent = toCloudEvent(contract, sourceOf(tx), newEvent, currentTraceparent());
  // The announcement is delivered at commit, once per transaction however many events it wrote.
  const row = sql`insert into outbox (business_id, event_id, aggregate, subject, message_id, event)
    values (${businessId}, ${event.id}, ${event.subject}, ${eventSubject(contract, businessId)},
      ${messageIdOf(event)}, ${JSON.stringify(event)}::jsonb)
    on conflict (business_id, event_id) do nothing
    returning pg_notify(current_schema() || '_outbox', '')`;
  await tell(tx, row);
}
