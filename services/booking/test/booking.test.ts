/**
 * The service as a bridge meets it: over NATS with a bridge's own permissions, on a real PostgreSQL. Pins what must
 * never happen: a time given twice, a request done twice, an impossible time accepted, another tenant's data shown.
 *
 * One file, because instances of a service share its queue group: a second file's instance, which has another database,
 * would be given half of this one's requests.
 */
import { randomBytes } from 'node:crypto';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { listServices } from '@frontdesk/contracts/booking/list-services';
import { listUpcoming } from '@frontdesk/contracts/booking/list-upcoming';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { cloudEvent } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  book,
  firstSlot,
  type Harness,
  newCallSid,
  openShop,
  type Shop,
  slotsTomorrow,
  startHarness,
} from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

async function appointments(shop: Shop): Promise<number> {
  const { rows } = await harness.sql.query(
    'select count(*)::int as n from booking.appointments where business_id = $1',
    [shop.businessId],
  );
  return rows[0].n;
}

describe('what can be booked', () => {
  it('is listed in the order it was added, and changed by name whatever the capitals', async () => {
    const shop = await openShop(harness);
    const { businessId } = shop;
    await harness.operator.request(putService, businessId, { name: 'Duct cleaning', durationMinutes: 90 });
    await harness.operator.request(putService, businessId, { name: 'FURNACE TUNE-UP', durationMinutes: 75 });
    const { services } = await harness.bridge.request(listServices, businessId, {});
    expect(services.map(({ name, durationMinutes }) => [name, durationMinutes])).toEqual([
      ['FURNACE TUNE-UP', 75],
      ['Duct cleaning', 90],
    ]);
    expect(services[0]?.serviceId).toBe(shop.serviceId);
  });

  it('refuses hours that overlap and services that do not exist, and changes nothing', async () => {
    const { businessId, serviceId } = await openShop(harness);
    const hours = (from: string, to: string) => ({ weekday: 1, from, to });
    const overlapping = {
      name: 'Dana',
      serviceIds: [serviceId],
      weeklyHours: [hours('09:00', '12:00'), hours('11:00', '15:00')],
    };
    await expect(harness.operator.request(putResource, businessId, overlapping)).rejects.toMatchObject({
      code: 'invalid',
    });
    const stranger = { name: 'Dana', serviceIds: [crypto.randomUUID()], weeklyHours: [hours('09:00', '12:00')] };
    await expect(harness.operator.request(putResource, businessId, stranger)).rejects.toMatchObject({
      code: 'invalid',
      issues: [{ path: 'serviceIds.0' }],
    });
    expect(await harness.bridge.request(findSlots, businessId, { day: 'tomorrow' })).toMatchObject({ exact: true });
  });
});

describe('free times', () => {
  it('leave out what is booked, and say the time as people do', async () => {
    const shop = await openShop(harness);
    const [first, , third] = await slotsTomorrow(harness, shop, 3);
    if (!first || !third) throw new Error('three free times were expected');
    expect(first.spoken).toMatch(/^[A-Z][a-z]+day, [A-Z][a-z]+ \d+ at 12:00 AM$/);
    await book(harness, shop, first);
    // The half hour between the two would overlap.
    expect((await slotsTomorrow(harness, shop, 1))[0]?.startsAt).toBe(third.startsAt);
  });

  it('name the services when none fits, and exist only for businesses with rules', async () => {
    const { businessId } = await openShop(harness);
    await expect(harness.bridge.request(findSlots, businessId, { service: 'haircut' })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('Furnace tune-up'),
    });
    await expect(harness.bridge.request(findSlots, 'no-such-shop', {})).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are read by an index although row-level security is on', async () => {
    const { businessId, resourceIds } = await openShop(harness);
    await harness.fillCalendar(businessId, 2_000);
    await using db = await harness.asTenantRole(businessId);
    const { rows } = await db.query(
      `explain select 1 from booking.appointments where business_id = $1 and resource_id = any($2)
        and status in ('held', 'confirmed') and starts_at > $3 and starts_at < $4`,
      [businessId, resourceIds, '2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('appointments_by_start');
    expect(plan).toMatch(/Index Cond: .*starts_at/);
  });
});

describe('a date on which the business is closed', () => {
  it('is neither offered nor booked, and appointments made before stay', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    await book(harness, shop, slot);
    const dateOf = (startsAt: string) =>
      Temporal.Instant.from(startsAt).toZonedDateTimeISO('America/Chicago').toPlainDate().toString();
    const date = dateOf(slot.startsAt);
    const rules = { timeZone: 'America/Chicago', minNoticeMinutes: 0, horizonDays: 30 };
    const closed = { ...rules, closedDates: [{ date, name: 'Stock-taking' }] };
    await harness.operator.request(putBookingRules, shop.businessId, closed);
    const wished = await harness.bridge.request(findSlots, shop.businessId, { day: 'tomorrow', limit: 20 });
    expect(wished.exact).toBe(false);
    expect(wished.slots.length).toBeGreaterThan(0);
    expect(wished.slots.map(({ startsAt }) => dateOf(startsAt))).not.toContain(date);
    const later = Temporal.Instant.from(slot.startsAt).add({ hours: 2 }).toString();
    await expect(book(harness, shop, { ...slot, startsAt: later })).rejects.toMatchObject({ code: 'invalid' });
    expect(await appointments(shop)).toBe(1);

    await harness.operator.request(putBookingRules, shop.businessId, rules);
    await book(harness, shop, { ...slot, startsAt: later });
    expect(await appointments(shop)).toBe(2);
  });
});

describe('upcoming appointments', () => {
  const mine = '+13125550143';

  function upcoming(shop: Shop, phone = mine) {
    return harness.bridge.request(listUpcoming, shop.businessId, { phone });
  }

  it('are the next five of that number, soonest first, and nobody else’s', async () => {
    const shop = await openShop(harness);
    const neighbour = await openShop(harness);
    const slots = (await slotsTomorrow(harness, shop, 20)).filter((_, index) => index % 2 === 0);
    const [theirs, ...own] = slots;
    if (!theirs || own.length < 6) throw new Error('seven free times were expected');
    await book(harness, shop, theirs, { phone: '+13125550144' });
    for (const slot of own.slice(0, 6).toReversed()) await book(harness, shop, slot, { phone: mine });
    const { appointments } = await upcoming(shop);
    expect(appointments.map(({ startsAt }) => Date.parse(startsAt))).toEqual(
      own.slice(0, 5).map(({ startsAt }) => Date.parse(startsAt)),
    );
    const { serviceName, resourceName, spoken } = own[0] ?? theirs;
    expect(appointments[0]).toMatchObject({ serviceName, resourceName, spoken });
    expect((await upcoming(neighbour)).appointments).toEqual([]);
    expect((await upcoming(shop, '+13125550145')).appointments).toEqual([]);
  });

  it('are neither past nor cancelled', async () => {
    const shop = await openShop(harness);
    const [first, , second] = await slotsTomorrow(harness, shop, 3);
    if (!first || !second) throw new Error('three free times were expected');
    const { appointmentId } = await book(harness, shop, first, { phone: mine });
    const kept = await book(harness, shop, second, { phone: mine });
    await harness.change(`update booking.appointments set status = 'cancelled' where id = $1`, [appointmentId]);
    expect((await upcoming(shop)).appointments).toMatchObject([{ appointmentId: kept.appointmentId }]);
    await harness.change(
      `update booking.appointments set starts_at = now() - interval '30 minutes', ends_at = now() + interval '30 minutes',
         during = tstzrange(now() - interval '30 minutes', now() + interval '30 minutes') where id = $1`,
      [kept.appointmentId],
    );
    expect((await upcoming(shop)).appointments).toEqual([]);
  });

  it('are read by an index although row-level security is on', async () => {
    const { businessId } = await openShop(harness);
    await harness.fillCalendar(businessId, 2_000);
    await using db = await harness.asTenantRole(businessId);
    const { rows } = await db.query(
      `explain select 1 from booking.appointments where business_id = $1 and customer_phone = $2
        and status in ('held', 'confirmed') and starts_at > now() order by starts_at limit 5`,
      [businessId, mine],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('appointments_by_customer');
    expect(plan).toMatch(/Index Cond: .*customer_phone/);
  });
});

describe('one time, many callers', () => {
  it('is given to exactly one of thirty', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => book(harness, shop, slot)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    }
    expect(await appointments(shop)).toBe(1);
  });

  it('never overlaps when starts are staggered', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli'], { granularityMinutes: 15 });
    const slots = await slotsTomorrow(harness, shop, 20);
    const [resource] = shop.resourceIds;
    const wanted = slots.flatMap((slot) => [slot, { ...slot, resourceId: resource ?? slot.resourceId }]);
    const results = await Promise.allSettled(wanted.map((slot) => book(harness, shop, slot)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(new Set(failures)).toEqual(new Set(['conflict']));
    const { rows } = await harness.sql.query(
      `select count(*)::int as n from booking.appointments one join booking.appointments other
        on one.business_id = other.business_id and one.resource_id = other.resource_id and one.id < other.id
        and one.during && other.during where one.business_id = $1`,
      [shop.businessId],
    );
    expect(rows[0].n).toBe(0);
    expect(await appointments(shop)).toBe(results.length - failures.length);
  });
});

describe('one request, many times', () => {
  it('books once and answers the same, at the same time, later, and after a restart', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const key = randomBytes(8).toString('hex');
    const answers = await Promise.all([1, 2, 3].map(() => book(harness, shop, slot, { key })));
    await harness.restart();
    answers.push(await book(harness, shop, slot, { key }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await appointments(shop)).toBe(1);
  });

  it('refuses the key for another request, and a booking without a key', async () => {
    const shop = await openShop(harness);
    const [first, , other] = await slotsTomorrow(harness, shop, 3);
    if (!first || !other) throw new Error('three free times were expected');
    const key = randomBytes(8).toString('hex');
    await book(harness, shop, first, { key });
    await expect(book(harness, shop, other, { key })).rejects.toMatchObject({ code: 'conflict' });
    const { serviceId, resourceId, startsAt } = other;
    const request = { slot: { serviceId, resourceId, startsAt }, customer: { name: 'Robin Vale', phone: null } };
    await expect(harness.bridge.request(bookSlot, shop.businessId, request)).rejects.toMatchObject({ code: 'invalid' });
    expect(await appointments(shop)).toBe(1);
  });

  it('books once per call, service and time, although each try has a key of its own', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const callSid = newCallSid();
    const answers = await Promise.all([1, 2, 3].map(() => book(harness, shop, slot, { callSid })));
    expect(new Set(answers.map(({ appointmentId }) => appointmentId)).size).toBe(1);
    expect(await appointments(shop)).toBe(1);
    await expect(book(harness, shop, slot, { callSid: newCallSid() })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a time that was never on offer', () => {
  it.each<[string, (slot: Date) => Date]>([
    ['in the past', (start) => new Date(start.getTime() - 30 * 86_400_000)],
    ['off the grid', (start) => new Date(start.getTime() + 7 * 60_000)],
    ['beyond the horizon', (start) => new Date(start.getTime() + 60 * 86_400_000)],
  ])('%s is invalid', async (_, move) => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const startsAt = move(new Date(slot.startsAt)).toISOString();
    await expect(book(harness, shop, { ...slot, startsAt })).rejects.toMatchObject({ code: 'invalid' });
    expect(await appointments(shop)).toBe(0);
  });

  it('with another business’s resource or service is invalid, and its calendar stays untouched', async () => {
    const shop = await openShop(harness);
    const neighbour = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const theirs = await firstSlot(harness, neighbour);
    await expect(book(harness, shop, { ...slot, resourceId: theirs.resourceId })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(book(harness, shop, { ...slot, serviceId: theirs.serviceId })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(book(harness, shop, theirs)).rejects.toMatchObject({ code: 'invalid' });
    expect((await appointments(shop)) + (await appointments(neighbour))).toBe(0);
  });
});

describe('what is told and kept', () => {
  it('publishes one event per booking, whose data fits the contract', async () => {
    const shop = await openShop(harness);
    const heard: string[] = [];
    const subscription = harness.operator.raw.subscribe(`events.${shop.businessId}.>`, {
      callback: (_error, message) => void heard.push(message.string()),
    });
    await harness.operator.raw.flush();
    const slot = await firstSlot(harness, shop);
    const key = randomBytes(8).toString('hex');
    const callSid = newCallSid();
    const booked = await book(harness, shop, slot, { key, callSid });
    await book(harness, shop, slot, { key, callSid });
    await vi.waitFor(() => expect(heard).toHaveLength(1), { timeout: 10_000 });
    subscription.unsubscribe();
    const event = cloudEvent.parse(JSON.parse(heard[0] ?? ''));
    expect(event).toMatchObject({
      source: '/services/booking',
      type: 'frontdesk.appointment.booked.v1',
      subject: booked.appointmentId,
      businessid: shop.businessId,
    });
    expect(appointmentBooked.data.parse(event.data)).toMatchObject({ startsAt: booked.startsAt, callSid });
  });

  it('records which tool call made the appointment', async () => {
    const shop = await openShop(harness);
    const callSid = newCallSid();
    const key = `${callSid}:call_1`;
    const { appointmentId } = await book(harness, shop, await firstSlot(harness, shop), { key, callSid });
    const { rows } = await harness.sql.query(
      `select actor_kind, actor_id, operation from booking.audit where table_name = 'appointments' and row_id = $1`,
      [appointmentId],
    );
    expect(rows).toEqual([{ actor_kind: 'tool', actor_id: key, operation: 'insert' }]);
  });
});
