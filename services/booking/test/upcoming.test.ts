/** What a receptionist is told of a number whose owner is proved. */
import { randomBytes } from 'node:crypto';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { listUpcoming } from '@frontdesk/contracts/booking/list-upcoming';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { book, firstSlot, type Harness, hold, openShop, type Shop, slotsTomorrow, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

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

  it('say their time in the language asked for', async () => {
    const shop = await openShop(harness);
    await book(harness, shop, await firstSlot(harness, shop), { phone: mine });
    const said = { phone: mine, speak: 'es' };
    const { appointments } = await harness.bridge.request(listUpcoming, shop.businessId, said);
    expect(appointments[0]?.spoken).toMatch(/ de .* a las? /);
  });

  it('are neither past, nor cancelled, nor only held', async () => {
    const shop = await openShop(harness);
    const [first, , second, , third] = await slotsTomorrow(harness, shop, 5);
    if (!first || !second || !third) throw new Error('five free times were expected');
    const { appointmentId } = await book(harness, shop, first, { phone: mine });
    const kept = await book(harness, shop, second, { phone: mine });
    await hold(harness, shop, third);
    const idempotencyKey = randomBytes(8).toString('hex');
    const request = { appointmentId, proof: { by: 'business' as const } };
    await harness.operator.request(cancelAppointment, shop.businessId, request, { idempotencyKey });
    expect((await upcoming(shop)).appointments).toMatchObject([{ appointmentId: kept.appointmentId }]);
    harness.time.moveOn({ days: 2 });
    expect((await upcoming(shop)).appointments).toEqual([]);
    harness.time.moveOn({ days: -2 });
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
