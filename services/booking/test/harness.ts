/** The real service on a database of its own, and a business in it that takes appointments. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import type { Slot, SlotRef } from '@frontdesk/contracts/booking/slot';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createTestDatabase, type TestDatabase } from '@frontdesk/persistence/testing';
import type { RunningService } from '@frontdesk/service';
import pg from 'pg';
import { migrations, readConfig, startService } from '../src/service.ts';

export interface Harness extends AsyncDisposable {
  readonly database: TestDatabase;
  /** Sees all businesses: the service's system role. */
  readonly sql: pg.Client;
  /** Asks as a bridge does, with its permissions. */
  readonly bridge: Messaging;
  readonly operator: Messaging;
  restart(): Promise<void>;
  /** What nothing does through a request yet, done by the system role. */
  change(statement: string, values: readonly unknown[]): Promise<void>;
  /** Gives everybody of a business this many appointments in the past and in the future, as years of use would. */
  fillCalendar(businessId: string, each: number): Promise<void>;
  /** A transaction with the rights of the tenant role, for one business. */
  asTenantRole(businessId: string): Promise<pg.Client & AsyncDisposable>;
}

export async function startHarness(): Promise<Harness> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase({ service: 'booking', migrations }));
  const sql = new pg.Client({ connectionString: database.systemUrl });
  await sql.connect();
  stack.defer(() => sql.end());
  let service: RunningService = await start(database);
  stack.defer(() => service[Symbol.asyncDispose]());
  const bridge = stack.use(await connectForTest('media-bridge'));
  const operator = stack.use(await connectForTest('admin'));
  const owned = stack.move();
  return {
    database,
    sql,
    bridge,
    operator,
    async restart() {
      await service[Symbol.asyncDispose]();
      service = await start(database);
    },
    async change(statement, values) {
      await sql.query('begin');
      await sql.query(`select set_config('app.actor', 'system:test', true)`);
      await sql.query(statement, [...values]);
      await sql.query('commit');
    },
    async fillCalendar(businessId, each) {
      await sql.query('begin');
      await sql.query(`select set_config('app.actor', 'system:test', true)`);
      await sql.query(
        `insert into booking.appointments (business_id, resource_id, service_id, starts_at, ends_at, during, status,
           customer_name, confirmation_code)
         select business_id, resource_id, service_id, at, at + interval '1 hour', tstzrange(at, at + interval '1 hour'),
           'confirmed', 'Somebody', gen_random_uuid()
         from booking.resource_services, generate_series(-$2::int / 2, $2::int / 2) as n,
           lateral (select date_trunc('day', now()) + n * interval '3 hours') as start(at)
         where business_id = $1 on conflict do nothing`,
        [businessId, each],
      );
      await sql.query('commit');
      const owner = new pg.Client({ connectionString: database.ownerUrl });
      await owner.connect();
      await owner.query('analyze booking.appointments');
      await owner.end();
    },
    async asTenantRole(businessId) {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      await client.query('begin');
      await client.query(`select set_config('app.business_id', $1, true)`, [businessId]);
      return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function start(database: TestDatabase): Promise<RunningService> {
  const { url, credsDir } = testNats();
  const environment = {
    LOG_LEVEL: 'silent',
    NATS_URL: url,
    NATS_CREDS: join(credsDir, 'booking.creds'),
    DATABASE_URL: database.url,
    DATABASE_SYSTEM_URL: database.systemUrl,
  };
  return startService(readConfig(environment));
}

export interface Shop {
  readonly businessId: string;
  readonly serviceId: string;
  readonly resourceIds: readonly string[];
}

const wholeDay = { from: '00:00', to: '23:59' };

/** A business with a tune-up of one hour, done around the clock every day by the people named. */
export async function openShop(
  { operator }: Harness,
  people: readonly string[] = ['Dana'],
  rules: { granularityMinutes?: number } = {},
): Promise<Shop> {
  const businessId = `shop-${randomBytes(6).toString('hex')}`;
  const timeZone = 'America/Chicago';
  await operator.request(putBookingRules, businessId, { timeZone, minNoticeMinutes: 0, horizonDays: 30, ...rules });
  const service = { name: 'Furnace tune-up', durationMinutes: 60, priceText: '$89' };
  const { serviceId } = await operator.request(putService, businessId, service);
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, ...wholeDay }));
  const resourceIds: string[] = [];
  for (const name of people) {
    const resource = { name, serviceIds: [serviceId], weeklyHours };
    resourceIds.push((await operator.request(putResource, businessId, resource)).resourceId);
  }
  return { businessId, serviceId, resourceIds };
}

/** Free times of tomorrow, so that no test depends on what time it is now. */
export async function slotsTomorrow({ bridge }: Harness, { businessId }: Shop, limit = 10): Promise<Slot[]> {
  return (await bridge.request(findSlots, businessId, { day: 'tomorrow', limit })).slots;
}

export async function firstSlot(harness: Harness, shop: Shop): Promise<Slot> {
  const [slot] = await slotsTomorrow(harness, shop, 1);
  if (!slot) throw new Error('a new shop has no free time tomorrow');
  return slot;
}

export interface BookOptions {
  key?: string;
  name?: string;
  callSid?: string;
  phone?: string;
}

export function book({ bridge }: Harness, { businessId }: Shop, slot: SlotRef, options: BookOptions = {}) {
  const { key = randomBytes(8).toString('hex'), name = 'Robin Vale', callSid, phone = '+13125550142' } = options;
  const { serviceId, resourceId, startsAt } = slot;
  const customer = { name, phone };
  const request = { slot: { serviceId, resourceId, startsAt }, customer, callSid };
  return bridge.request(bookSlot, businessId, request, { idempotencyKey: key, callSid, timeoutMs: 10_000 });
}

export function newCallSid(): string {
  return `CA${randomBytes(16).toString('hex')}`;
}
