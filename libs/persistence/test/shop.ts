/** A small schema with everything the library offers, for its own tests. */
import { defineEvent } from '@frontdesk/contracts/event';
import {
  type Actor,
  auditTable,
  createAudit,
  createDatabase,
  createIdempotency,
  createOutbox,
  type Database,
  enableTenancy,
  type ServiceMigrations,
} from '@frontdesk/persistence';
import { createTestDatabase, type TestDatabase } from '@frontdesk/persistence/testing';
import { sql } from 'kysely';
import { z } from 'zod';

export const SCHEMA = 'shop_test';
export const clerk: Actor = { kind: 'person', id: 'p1' };
export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface Shop {
  visit: {
    business_id: string;
    id: string;
    room: string;
    during: string;
    booked_at: Temporal.Instant;
    day: Temporal.PlainDate | null;
    seats: number;
  };
}

export const visitBooked = defineEvent({
  entity: 'visit',
  what: 'booked',
  version: 1,
  data: z.object({ room: z.string() }),
});

export const migrations: ServiceMigrations = {
  '20260105T1500-visits': {
    async up(db) {
      await sql`create extension if not exists btree_gist`.execute(db);
      await sql`create table visit (
        business_id text not null,
        id text not null,
        room text not null,
        during tstzrange not null check (not isempty(during)),
        booked_at timestamptz not null default now(),
        day date,
        seats bigint not null default 1,
        primary key (business_id, id),
        constraint visit_overlap exclude using gist (business_id with =, room with =, during with &&)
      )`.execute(db);
      await enableTenancy(db, SCHEMA, 'visit');
      await createAudit(db, SCHEMA);
      await auditTable(db, SCHEMA, 'visit');
      await createOutbox(db, SCHEMA);
      await createIdempotency(db, SCHEMA);
    },
  },
};

export interface ShopFixture extends AsyncDisposable {
  test: TestDatabase;
  db: Database<Shop>;
}

export async function openShop(): Promise<ShopFixture> {
  const test = await createTestDatabase({ service: SCHEMA, migrations });
  const db = createDatabase<Shop>({ url: test.url, systemUrl: test.systemUrl, schema: SCHEMA, log: silent });
  return {
    test,
    db,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}

/** A visit that overlaps no other one: each gets an hour of its own. */
export function visit(businessId: string, id: string, hour = 0) {
  const start = Temporal.Instant.from('2026-03-02T00:00:00Z').add({ hours: hour });
  return {
    business_id: businessId,
    id,
    room: 'blue',
    during: `[${start},${start.add({ hours: 1 })})`,
    booked_at: Temporal.Instant.from('2026-03-01T12:00:00.25Z'),
    day: Temporal.PlainDate.from('2026-03-02'),
    seats: 2,
  };
}
