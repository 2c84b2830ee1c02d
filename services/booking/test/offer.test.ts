/** What is on offer, asked for as a bridge asks: over NATS with its own permissions, on a real PostgreSQL. */
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { listServices } from '@frontdesk/contracts/booking/list-services';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { book, countAppointments, firstSlot, type Harness, openShop, slotsTomorrow, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

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
      `explain select 1 from booking.allocations where business_id = $1 and resource_id = any($2)
        and active and starts_at > $3 and starts_at < $4`,
      [businessId, resourceIds, '2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('allocations_by_start');
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
    expect(await countAppointments(harness, shop)).toBe(1);

    await harness.operator.request(putBookingRules, shop.businessId, rules);
    await book(harness, shop, { ...slot, startsAt: later });
    expect(await countAppointments(harness, shop)).toBe(2);
  });
});
