/** The real service on a database of its own, and a business in it that takes appointments. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { holdSlot } from '@frontdesk/contracts/booking/hold-slot';
import { type bookingRules, putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import type { Slot, SlotRef } from '@frontdesk/contracts/booking/slot';
import { cloudEvent } from '@frontdesk/contracts/event';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createLogger, type Logger } from '@frontdesk/observability';
import { createTestDatabase, type TestDatabase } from '@frontdesk/persistence/testing';
import type { RunningService } from '@frontdesk/service';
import pg from 'pg';
import type { z } from 'zod';
import { migrations, readConfig, startService } from '../src/service.ts';

export interface Harness extends AsyncDisposable {
  readonly database: TestDatabase;
  /** Sees all businesses: the service's system role. */
  readonly sql: pg.Client;
  /** Asks as a bridge does, with its permissions. */
  readonly bridge: Messaging;
  /** Asks as the management API does. */
  readonly gateway: Messaging;
  readonly operator: Messaging;
  /** What the service has logged, every level. */
  readonly logged: readonly string[];
  /** Ends the service and starts it again on the same database. */
  restart(): Promise<void>;
  /** The service's time: real time and what it has been moved on by. */
  readonly time: TestTime;
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
  const time = createTestTime();
  const logged: string[] = [];
  const destination = { write: (line: string) => void logged.push(line) };
  const log = createLogger({ service: 'booking', instanceId: 'test', level: 'trace', destination });
  const overrides = { clock: time.clock, log };
  let service: RunningService = await start(database, overrides);
  stack.defer(() => service[Symbol.asyncDispose]());
  const bridge = stack.use(await connectForTest('media-bridge'));
  const gateway = stack.use(await connectForTest('gateway'));
  const operator = stack.use(await connectForTest('admin'));
  const owned = stack.move();
  return {
    database,
    sql,
    bridge,
    gateway,
    operator,
    logged,
    async restart() {
      await service[Symbol.asyncDispose]();
      service = await start(database, overrides);
    },
    time,
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
        `with made as (
           insert into booking.appointments (business_id, resource_id, service_id, starts_at, ends_at, during, status,
             customer_name, confirmation_code)
           select business_id, resource_id, service_id, at, at + interval '1 hour', tstzrange(at, at + interval '1 hour'),
             'confirmed', 'Somebody', gen_random_uuid()
           from booking.resource_services, generate_series(-$2::int / 2, $2::int / 2) as n,
             lateral (select date_trunc('day', now()) + n * interval '3 hours') as start(at)
           where business_id = $1 on conflict do nothing
           returning business_id, id, resource_id, starts_at, during)
         insert into booking.allocations (business_id, appointment_id, resource_id, starts_at, during, active)
         select business_id, id, resource_id, starts_at, during, true from made`,
        [businessId, each],
      );
      await sql.query('commit');
      const owner = new pg.Client({ connectionString: database.ownerUrl });
      await owner.connect();
      await owner.query('analyze booking.appointments');
      await owner.query('analyze booking.allocations');
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

export interface TestTime {
  now(): Temporal.Instant;
  moveOn(duration: Temporal.DurationLike): void;
  /** What the service does every few seconds: it happens only now. */
  tick(): void;
}

function createTestTime(): TestTime & { clock: Clock } {
  let movedMs = 0;
  const due = new Set<() => void>();
  const now = () => systemClock.now().add({ milliseconds: movedMs });
  return {
    now,
    moveOn: (duration) => {
      // Whole ones: an instant takes no parts of a millisecond.
      movedMs += Math.round(Temporal.Duration.from(duration).total('milliseconds'));
    },
    tick() {
      const waiting = [...due];
      due.clear();
      for (const fn of waiting) fn();
    },
    clock: {
      ...systemClock,
      now,
      after(_ms, fn) {
        due.add(fn);
        return { [Symbol.dispose]: () => void due.delete(fn) };
      },
    },
  };
}

function start(database: TestDatabase, overrides: { clock: Clock; log: Logger }): Promise<RunningService> {
  const { url, credsDir } = testNats();
  const environment = {
    NATS_URL: url,
    NATS_CREDS: join(credsDir, 'booking.creds'),
    DATABASE_URL: database.url,
    DATABASE_SYSTEM_URL: database.systemUrl,
  };
  return startService(readConfig(environment), overrides);
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
  rules: Partial<z.input<typeof bookingRules>> = {},
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
  phone?: string | null;
  anyResource?: boolean;
}

export function book({ bridge }: Harness, { businessId }: Shop, slot: SlotRef, options: BookOptions = {}) {
  const {
    key = randomBytes(8).toString('hex'),
    name = 'Robin Vale',
    callSid,
    phone = '+13125550142',
    anyResource,
  } = options;
  const { serviceId, resourceId, startsAt } = slot;
  const customer = { name, phone };
  const request = { slot: { serviceId, resourceId, startsAt }, customer, callSid, anyResource };
  return bridge.request(bookSlot, businessId, request, { idempotencyKey: key, callSid, timeoutMs: 10_000 });
}

export function newCallSid(): string {
  return `CA${randomBytes(16).toString('hex')}`;
}

/** Holds a slot; a call of its own unless one is given. */
export function hold(
  { gateway }: Harness,
  { businessId }: Shop,
  slot: SlotRef,
  options: { key?: string; callSid?: string; seconds?: number; anyResource?: boolean } = {},
) {
  const { key = newKey(), callSid = newCallSid(), seconds, anyResource } = options;
  const request = { slot: refOf(slot), callSid, seconds, anyResource };
  return gateway.request(holdSlot, businessId, request, { idempotencyKey: key, callSid, timeoutMs: 10_000 });
}

export function refOf({ serviceId, resourceId, startsAt }: SlotRef): SlotRef {
  return { serviceId, resourceId, startsAt };
}

export function newKey(): string {
  return randomBytes(8).toString('hex');
}

export async function countAppointments({ sql }: Harness, { businessId }: Shop): Promise<number> {
  const { rows } = await sql.query('select count(*)::int as n from booking.appointments where business_id = $1', [
    businessId,
  ]);
  return rows[0].n;
}

/** How many pairs of active allocations share a moment of one resource. */
export async function overlaps({ sql }: Harness, { businessId }: Shop): Promise<number> {
  const { rows } = await sql.query(
    `select count(*)::int as n from booking.allocations one join booking.allocations other
      on one.business_id = other.business_id and one.resource_id = other.resource_id
      and one.appointment_id < other.appointment_id and one.active and other.active and one.during && other.during
      where one.business_id = $1`,
    [businessId],
  );
  return rows[0].n;
}

/** The events written for one appointment, in their order. */
export async function eventsOf({ sql }: Harness, appointmentId: string) {
  const { rows } = await sql.query('select event from booking.outbox where aggregate = $1 order by id', [
    appointmentId,
  ]);
  return rows.map(({ event }) => cloudEvent.parse(event));
}
