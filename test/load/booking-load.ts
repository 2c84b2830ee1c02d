/**
 * Booking asked over NATS, without a call around it: a business with years of use, free times looked for through all of
 * its horizon, and appointments made at a steady pace. What a caller waits for beside it is in the calls' figures.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import type { SlotRef } from '@frontdesk/contracts/booking/slot';
import type { Stack } from '@frontdesk/deploy/local/stack.ts';
import pg from 'pg';
import type { NamedProcess } from './processor-time.ts';
import { createSamples, type Summary } from './samples.ts';
import { type Window, watch } from './window.ts';

export interface BookingFigures {
  findSlots: Summary | undefined;
  bookSlot: Summary | undefined;
  failed: string[];
  machine: Window['machine'];
}

const BUSINESS = 'load-booking';
const ZONE = 'UTC';
const RESOURCES = 20;
const HORIZON_DAYS = 60;
const APPOINTMENTS = 5_000;
const SEARCHES_PER_SECOND = 10;
const BOOKINGS_PER_SECOND = 20;
const WARM_UP_SECONDS = 3;
const SECONDS = 12;
const TIMEOUT_MS = 5_000;
/** Not on any appointment that is there: those begin at the even hours from eight to sixteen. */
const FREE_AT = ['17:00', '18:00', '19:00'];

const wishes = [
  {},
  { day: 'tuesday', week: 'next' },
  { partOfDay: 'afternoon' },
  { day: 'friday', partOfDay: 'morning' },
  { partOfDay: 'evening', limit: 20 },
] as const;

export async function measureBooking(
  stack: Stack,
  processes: readonly NamedProcess[],
  signal: AbortSignal,
): Promise<BookingFigures> {
  const free = await openBusiness(stack);
  const failed: string[] = [];
  const found = createSamples(SECONDS * SEARCHES_PER_SECOND);
  const booked = createSamples(SECONDS * BOOKINGS_PER_SECOND);

  async function find(nth: number): Promise<void> {
    const wish = wishes[nth % wishes.length] ?? {};
    await stack.operator.request(findSlots, BUSINESS, wish, { timeoutMs: TIMEOUT_MS });
  }
  async function book(nth: number): Promise<void> {
    const slot = free[nth];
    if (!slot) throw new Error('there are too few free times for so many bookings');
    const customer = { name: `Customer ${nth}`, phone: null };
    const options = { idempotencyKey: `load-${nth}`, timeoutMs: TIMEOUT_MS };
    await stack.operator.request(bookSlot, BUSINESS, { slot, customer }, options);
  }
  // Not both at once: each limit is for what it names.
  await steadily(SEARCHES_PER_SECOND, WARM_UP_SECONDS, find, failed, signal);
  await steadily(BOOKINGS_PER_SECOND, WARM_UP_SECONDS, book, failed, signal);
  for (const samples of [found, booked]) samples.clear();

  const window = watch(processes, 1, 2 * SECONDS, signal);
  await steadily(SEARCHES_PER_SECOND, SECONDS, timed(find, found), failed, signal);
  const next = WARM_UP_SECONDS * BOOKINGS_PER_SECOND;
  await steadily(
    BOOKINGS_PER_SECOND,
    SECONDS,
    timed((nth) => book(next + nth), booked),
    failed,
    signal,
  );
  const { machine } = await window;
  return { findSlots: found.summarize(), bookSlot: booked.summarize(), failed, machine };
}

function timed(work: (nth: number) => Promise<void>, samples: { add(ms: number): void }) {
  return async (nth: number) => {
    const beganAt = performance.now();
    await work(nth);
    samples.add(performance.now() - beganAt);
  };
}

/** Asks in time, whether or not the answer before has come: a slow service does not slow its callers. */
async function steadily(
  perSecond: number,
  seconds: number,
  work: (nth: number) => Promise<void>,
  failed: string[],
  signal: AbortSignal,
): Promise<void> {
  const beganAt = performance.now();
  const going: Promise<void>[] = [];
  for (let nth = 0; nth < perSecond * seconds; nth += 1) {
    const waitMs = beganAt + (nth * 1_000) / perSecond - performance.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal });
    going.push(work(nth).catch((error: unknown) => void failed.push(String(error))));
  }
  await Promise.all(going);
}

/** @returns times that are free, no two of them the same */
async function openBusiness({ operator, databaseUrl, description }: Stack): Promise<SlotRef[]> {
  const rules = { timeZone: ZONE, minNoticeMinutes: 0, horizonDays: HORIZON_DAYS, granularityMinutes: 30 };
  await operator.request(putBookingRules, BUSINESS, rules);
  const { serviceId } = await operator.request(putService, BUSINESS, { name: 'Visit', durationMinutes: 60 });
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '08:00', to: '20:00' }));
  const resourceIds: string[] = [];
  for (let index = 0; index < RESOURCES; index += 1) {
    const resource = { name: `Person ${index + 1}`, serviceIds: [serviceId], weeklyHours };
    resourceIds.push((await operator.request(putResource, BUSINESS, resource)).resourceId);
  }
  await fillCalendar(databaseUrl('booking'), serviceId);
  await analyze(description.postgres.url);
  const tomorrow = Temporal.Now.plainDateISO(ZONE).add({ days: 1 });
  return FREE_AT.flatMap((time) =>
    resourceIds.map((resourceId, index) => {
      const at = tomorrow.add({ days: index }).toZonedDateTime({ timeZone: ZONE, plainTime: time });
      return { serviceId, resourceId, at };
    }),
  ).flatMap(({ serviceId: service, resourceId, at }) =>
    Array.from({ length: RESOURCES }, (_, days) => ({
      serviceId: service,
      resourceId,
      startsAt: at.add({ days }).toInstant().toString(),
    })),
  );
}

/** As years of use would: written at once, since asking for each would take minutes. */
async function fillCalendar(url: string, serviceId: string): Promise<void> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    await db.query('begin');
    await db.query(`select set_config('app.business_id', $1, true), set_config('app.actor', 'system:load', true)`, [
      BUSINESS,
    ]);
    await db.query(
      `with made as (
         insert into booking.appointments (business_id, resource_id, service_id, starts_at, ends_at, during, status,
           customer_name, confirmation_code)
         select business_id, id, $2, at, at + interval '1 hour', tstzrange(at, at + interval '1 hour'), 'confirmed',
           'Somebody', gen_random_uuid()
         from booking.resources, generate_series(0, $3::int / $4::int - 1) as n,
           lateral (select date_trunc('day', now(), '${ZONE}') + (1 + n % $5::int) * interval '1 day'
             + (8 + 2 * (n / $5::int)) * interval '1 hour') as start(at)
         where business_id = $1
         returning business_id, id, resource_id, starts_at, during)
       insert into booking.allocations (business_id, appointment_id, resource_id, starts_at, during, active)
       select business_id, id, resource_id, starts_at, during, true from made`,
      [BUSINESS, serviceId, APPOINTMENTS, RESOURCES, HORIZON_DAYS],
    );
    await db.query('commit');
  } finally {
    await db.end();
  }
}

/** What the database does by itself within a minute of so many writes: it learns how many rows there are. */
async function analyze(ownerUrl: string): Promise<void> {
  const db = new pg.Client({ connectionString: ownerUrl });
  await db.connect();
  try {
    await db.query('analyze booking.appointments, booking.allocations');
  } finally {
    await db.end();
  }
}
