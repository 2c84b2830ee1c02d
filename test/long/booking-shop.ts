/** A business with few people and many who want them, and what its database says of it afterwards. */
import { randomBytes } from 'node:crypto';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import type { SlotRef } from '@frontdesk/contracts/booking/slot';
import { RELEASE } from '@frontdesk/contracts/release';
import { connectMessaging, type Messaging } from '@frontdesk/messaging';
import { createLogger } from '@frontdesk/observability';
import pg from 'pg';
import { inject } from 'vitest';
import '../failures/provided.ts';

export interface Shop {
  readonly businessId: string;
  /** Every start there is, of every person and both services: two that follow each other overlap. */
  readonly slots: readonly SlotRef[];
}

const PEOPLE = ['Dana', 'Eli', 'Finn', 'Gail', 'Hugo'];
const STARTS = 240;
const GRID_MINUTES = 30;
/** Of each date, of all services: some dates are full long before every time is taken. */
export const MOST_A_DAY = 60;

export async function openShop(operator: Messaging): Promise<Shop> {
  const businessId = `race-${randomBytes(5).toString('hex')}`;
  const rules = {
    timeZone: 'UTC',
    minNoticeMinutes: 0,
    horizonDays: 30,
    granularityMinutes: GRID_MINUTES,
    maxPerDay: MOST_A_DAY,
  };
  await operator.request(putBookingRules, businessId, rules);
  const service = { name: 'Tune-up', durationMinutes: 60, bufferAfterMinutes: 15 };
  const { serviceId } = await operator.request(putService, businessId, service);
  const inRoom = { name: 'Massage', durationMinutes: 60, alsoNeeds: ['room' as const] };
  const massage = await operator.request(putService, businessId, inRoom);
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '23:59' }));
  const resourceIds: string[] = [];
  for (const name of PEOPLE) {
    const resource = { name, serviceIds: [serviceId, massage.serviceId], weeklyHours };
    resourceIds.push((await operator.request(putResource, businessId, resource)).resourceId);
  }
  // Fewer than people, so that the room is what is missing now and then.
  for (const name of ['Blue', 'Red']) {
    const room = { name, kind: 'room' as const, serviceIds: [massage.serviceId], weeklyHours };
    await operator.request(putResource, businessId, room);
  }
  const midnight = Temporal.Now.plainDateISO('UTC').add({ days: 2 }).toZonedDateTime('UTC').toInstant();
  // Not the last of a day: an appointment lies within one working period.
  const starts = Array.from({ length: STARTS }, (_, index) => midnight.add({ minutes: index * GRID_MINUTES })).filter(
    (start) =>
      start.toZonedDateTimeISO('UTC').hour < 23 && start.toZonedDateTimeISO('UTC').toPlainTime().toString() < '22:30',
  );
  const slots = resourceIds.flatMap((resourceId) =>
    starts.map((startsAt, index) => ({
      serviceId: index % 3 === 0 ? massage.serviceId : serviceId,
      resourceId,
      startsAt: startsAt.toString(),
    })),
  );
  return { businessId, slots };
}

export function connectAsOperator(instanceId: string): Promise<Messaging> {
  const { nats } = inject('failures').stack;
  const log = createLogger({ service: 'race', instanceId, level: 'silent' });
  return connectMessaging({
    servers: nats.url,
    credsFile: nats.adminCreds,
    service: 'admin',
    instanceId,
    version: RELEASE,
    log,
  });
}

export interface Kept {
  readonly status: string;
  readonly startsAt: number;
  readonly resourceId: string;
}

export interface Books {
  readonly appointments: ReadonlyMap<string, Kept>;
  /** Pairs of active allocations of one resource that share a moment. */
  readonly overlaps: number;
  /** Appointments whose allocations are not what their status and their service demand, rooms included. */
  readonly torn: number;
  /** Dates with more appointments than the daily number. */
  readonly overfull: number;
  /** Events whose versions have gaps or repeat. */
  readonly gaps: number;
}

/** What the database holds, read with the rights of the booking service. */
export async function readBooks({ businessId }: Shop): Promise<Books> {
  return inDatabase(businessId, async (db) => {
    const { rows } = await db.query<{ id: string; status: string; starts: number; resource: string }>(
      `select id, status, extract(epoch from starts_at)::float8 * 1000 as starts, resource_id as resource
        from booking.appointments where business_id = $1`,
      [businessId],
    );
    return {
      appointments: new Map(
        rows.map((row) => [row.id, { status: row.status, startsAt: row.starts, resourceId: row.resource }]),
      ),
      overlaps: await count(
        db,
        `select count(*)::int as n from booking.allocations one join booking.allocations other
          on one.business_id = other.business_id and one.resource_id = other.resource_id
          and one.appointment_id < other.appointment_id and one.active and other.active and one.during && other.during
          where one.business_id = $1`,
        businessId,
      ),
      torn: await count(
        db,
        `select count(*)::int as n from booking.appointments a
          join booking.services s on s.business_id = a.business_id and s.id = a.service_id
          where a.business_id = $1 and (
            select array_agg(r.kind order by r.kind) from booking.allocations l
            join booking.resources r on r.business_id = l.business_id and r.id = l.resource_id
            where l.business_id = a.business_id and l.appointment_id = a.id and l.active
              and l.starts_at = a.starts_at and (l.resource_id = a.resource_id) = (r.kind = 'staff'))
          is distinct from case when a.status in ('held', 'confirmed') then
            case when s.also_needs = '{}' then '{staff}'::text[] else '{room,staff}'::text[] end end`,
        businessId,
      ),
      overfull: await count(
        db,
        `select count(*)::int as n from (
          select from booking.appointments where business_id = $1 and status in ('held', 'confirmed')
          group by (starts_at at time zone 'UTC')::date having count(*) > ${MOST_A_DAY}) as dates`,
        businessId,
      ),
      gaps: await count(
        db,
        `select count(*)::int as n from booking.appointments a where business_id = $1
          and version <> (select count(*) from booking.outbox o where o.business_id = a.business_id
            and o.aggregate = a.id::text)`,
        businessId,
      ),
    };
  });
}

/** How many deadlocks PostgreSQL had to break since it was started. */
export function readDeadlocks({ businessId }: Shop): Promise<number> {
  return inDatabase(businessId, (db) =>
    count(
      db,
      `select deadlocks::int as n from pg_stat_database where datname = current_database() and $1 <> ''`,
      businessId,
    ),
  );
}

async function count(db: pg.Client, statement: string, businessId: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(statement, [businessId]);
  return rows[0]?.n ?? Number.NaN;
}

async function inDatabase<T>(businessId: string, ask: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client({ connectionString: inject('failures').bookingUrl });
  await db.connect();
  try {
    await db.query('begin');
    await db.query(`select set_config('app.business_id', $1, true)`, [businessId]);
    return await ask(db);
  } finally {
    await db.end();
  }
}
