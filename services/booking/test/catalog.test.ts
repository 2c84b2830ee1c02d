/** What a business enters, and what becomes of it: put, got, renamed and retired. Pins that nothing is half changed. */
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { getCatalog } from '@frontdesk/contracts/booking/get-catalog';
import { listServices } from '@frontdesk/contracts/booking/list-services';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { retire } from '@frontdesk/contracts/booking/retire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { book, firstSlot, type Harness, openShop, type Shop, slotsTomorrow, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const allDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '23:59' }));

function catalogOf({ businessId }: Shop) {
  return harness.operator.request(getCatalog, businessId, {});
}

describe('the catalog', () => {
  it('is told as it was entered', async () => {
    const shop = await openShop(harness);
    const rules = {
      timeZone: 'Europe/Lisbon',
      minNoticeMinutes: 30,
      horizonDays: 90,
      granularityMinutes: 15,
      closedDates: [{ date: '2027-01-01', name: 'New Year' }],
      maxPerDay: 12,
      assignment: 'round_robin' as const,
      changeNoticeMinutes: 1_440,
      lateChanges: 'refused' as const,
      lateChangeNote: 'There is a fee of ten dollars.',
    };
    const massage = {
      name: 'Massage',
      description: 'An hour of it',
      durationMinutes: 60,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      priceText: '$70',
      skills: ['Deep tissue'],
      alsoNeeds: ['room' as const],
      place: 'on_site' as const,
    };
    await harness.operator.request(putBookingRules, shop.businessId, rules);
    const { serviceId } = await harness.operator.request(putService, shop.businessId, massage);
    const farah = {
      name: 'Farah',
      kind: 'staff' as const,
      serviceIds: [serviceId],
      skills: ['deep tissue'],
      languages: ['en', 'pt-BR'],
      weeklyHours: allDay,
      exceptions: [{ from: '2027-02-01', until: '2027-02-14', hours: [], reason: 'Away' }],
      maxPerDay: 4,
    };
    const { resourceId } = await harness.operator.request(putResource, shop.businessId, farah);
    const catalog = await catalogOf(shop);
    expect(catalog.rules).toEqual(rules);
    expect(catalog.services[1]).toEqual({ serviceId, ...massage });
    expect(catalog.resources[1]).toEqual({ resourceId, ...farah });
  });

  it('has no rules before they are put, and takes no appointments', async () => {
    const nobody = await harness.operator.request(getCatalog, 'no-such-shop', {});
    expect(nobody).toEqual({ rules: null, services: [], resources: [] });
  });
});

describe('a day that ends at midnight', () => {
  it('is worked to its last minute, by a service that takes all of it as well', async () => {
    const shop = await openShop(harness);
    const { businessId } = shop;
    const day = { name: 'Whole day', durationMinutes: 1_440 };
    const { serviceId } = await harness.operator.request(putService, businessId, day);
    const weeklyHours = allDay.map(({ weekday, from }) => ({ weekday, from, to: '24:00' }));
    const eli = { name: 'Eli', serviceIds: [shop.serviceId, serviceId], weeklyHours };
    const { resourceId } = await harness.operator.request(putResource, businessId, eli);
    expect((await catalogOf(shop)).resources[1]).toMatchObject({ weeklyHours });
    // No date of these is shorter than a day: the clocks of Phoenix are never changed.
    const rules = { timeZone: 'America/Phoenix', minNoticeMinutes: 0, horizonDays: 5 };
    await harness.operator.request(putBookingRules, businessId, rules);
    const find = { day: 'tomorrow' as const, limit: 1 };
    const late = await harness.bridge.request(findSlots, businessId, {
      ...find,
      service: 'Furnace',
      partOfDay: 'end_of_day',
    });
    const midnight = await harness.bridge.request(findSlots, businessId, { ...find, service: 'Whole day' });
    const [whole] = midnight.slots;
    if (!whole) throw new Error('a whole day was expected');
    const last = new Date(Date.parse(whole.startsAt) + 23 * 3_600_000).toISOString();
    expect(late.exact).toBe(true);
    await book(harness, shop, { serviceId: shop.serviceId, resourceId, startsAt: last });
    await expect(book(harness, shop, whole)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('changes by id', () => {
  it('rename, and refuse a name that is taken or an id that is not', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const { businessId, serviceId } = shop;
    const [dana = ''] = shop.resourceIds;
    const person = { serviceIds: [serviceId], weeklyHours: allDay };
    await harness.operator.request(putResource, businessId, { ...person, name: 'Dana Whitfield', resourceId: dana });
    expect((await catalogOf(shop)).resources.map(({ name }) => name)).toEqual(['Dana Whitfield', 'Eli']);
    const taken = harness.operator.request(putResource, businessId, { ...person, name: 'ELI', resourceId: dana });
    await expect(taken).rejects.toMatchObject({ code: 'conflict', message: 'another resource is called ELI' });
    const strange = { ...person, name: 'Gil', resourceId: crypto.randomUUID() };
    await expect(harness.operator.request(putResource, businessId, strange)).rejects.toMatchObject({
      code: 'not_found',
    });
    const service = { name: 'Boiler service', durationMinutes: 45 };
    await harness.operator.request(putService, businessId, { ...service, serviceId });
    expect((await harness.bridge.request(listServices, businessId, {})).services).toMatchObject([
      { serviceId, ...service },
    ]);
    const other = await harness.operator.request(putService, businessId, { name: 'Survey', durationMinutes: 30 });
    const clash = { ...service, serviceId: other.serviceId };
    await expect(harness.operator.request(putService, businessId, clash)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are another business’s never', async () => {
    const shop = await openShop(harness);
    const neighbour = await openShop(harness);
    const theirs = { name: 'Mine now', durationMinutes: 30, serviceId: neighbour.serviceId };
    await expect(harness.operator.request(putService, shop.businessId, theirs)).rejects.toMatchObject({
      code: 'not_found',
    });
    const gone = { kind: 'resource' as const, id: neighbour.resourceIds[0] ?? '' };
    await expect(harness.operator.request(retire, shop.businessId, gone)).rejects.toMatchObject({ code: 'not_found' });
    expect((await catalogOf(neighbour)).services.map(({ name }) => name)).toEqual(['Furnace tune-up']);
  });
});

describe('an exception', () => {
  it('takes somebody off the offer on its dates', async () => {
    const shop = await openShop(harness);
    const tomorrow = Temporal.Now.plainDateISO('America/Chicago').add({ days: 1 });
    const away = { from: tomorrow.toString() };
    const dana = { name: 'Dana', serviceIds: [shop.serviceId], weeklyHours: allDay, exceptions: [away] };
    await harness.operator.request(putResource, shop.businessId, dana);
    expect(await harness.bridge.request(findSlots, shop.businessId, { day: 'tomorrow' })).toMatchObject({
      exact: false,
    });
  });

  it('that overlaps another or ends before it begins is invalid, named, and changes nothing', async () => {
    const shop = await openShop(harness);
    const dana = { name: 'Dana', serviceIds: [shop.serviceId], weeklyHours: allDay };
    const put = (exceptions: { from: string; until?: string }[]) =>
      harness.operator.request(putResource, shop.businessId, { ...dana, exceptions });
    await expect(put([{ from: '2027-01-05' }, { from: '2027-01-01', until: '2027-01-05' }])).rejects.toMatchObject({
      code: 'invalid',
      message: 'the exceptions 2027-01-01 to 2027-01-05 and 2027-01-05 overlap',
    });
    await expect(put([{ from: '2027-01-05', until: '2027-01-01' }])).rejects.toMatchObject({
      code: 'invalid',
      issues: [{ path: 'exceptions' }],
    });
    expect((await catalogOf(shop)).resources[0]?.exceptions).toEqual([]);
  });
});

describe('what is retired', () => {
  it('is offered no more, keeps its appointments, and leaves its name to another', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const { businessId, serviceId } = shop;
    const [dana = ''] = shop.resourceIds;
    const slots = await slotsTomorrow(harness, shop, 20);
    const hers = slots.filter(({ resourceId }) => resourceId === dana).filter((_, index) => index % 3 === 0);
    for (const slot of hers.slice(0, 2)) await book(harness, shop, slot);
    const gone = { kind: 'resource' as const, id: dana };
    expect(await harness.operator.request(retire, businessId, gone)).toEqual({ upcoming: 2 });
    await expect(harness.operator.request(retire, businessId, gone)).rejects.toMatchObject({ code: 'not_found' });
    expect((await slotsTomorrow(harness, shop, 20)).some(({ resourceId }) => resourceId === dana)).toBe(false);
    await expect(book(harness, shop, hers[2] ?? slots[0] ?? (await firstSlot(harness, shop)))).rejects.toMatchObject({
      code: 'invalid',
    });
    const next = { name: 'Dana', serviceIds: [serviceId], weeklyHours: allDay };
    expect((await harness.operator.request(putResource, businessId, next)).resourceId).not.toBe(dana);

    expect(await harness.operator.request(retire, businessId, { kind: 'service', id: serviceId })).toEqual({
      upcoming: 2,
    });
    expect((await harness.bridge.request(listServices, businessId, {})).services).toEqual([]);
    expect((await catalogOf(shop)).resources[0]).toMatchObject({ name: 'Eli', serviceIds: [] });
    await expect(harness.bridge.request(findSlots, businessId, {})).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('finding slots', () => {
  it('says so when nobody can perform a service, which may be entered all the same', async () => {
    const { businessId } = await openShop(harness);
    const surgery = { name: 'Surgery', durationMinutes: 60, skills: ['surgeon'] };
    await harness.operator.request(putService, businessId, surgery);
    await expect(harness.bridge.request(findSlots, businessId, { service: 'surgery' })).rejects.toMatchObject({
      code: 'not_found',
      message: 'nobody takes appointments for Surgery at the moment',
    });
  });

  it('is with whom was asked for, in the language of the call, and knows no February 30', async () => {
    const shop = await openShop(harness, ['Dana Whitfield', 'Eli Stone']);
    const found = await harness.bridge.request(findSlots, shop.businessId, { resource: 'Eli', speak: 'es' });
    expect(found.named).toBe(true);
    expect(new Set(found.slots.map(({ resourceName }) => resourceName))).toEqual(new Set(['Eli Stone']));
    expect(found.slots[0]?.spoken).toMatch(/ de [a-z]+ a las? \d/u);
    await expect(harness.bridge.request(findSlots, shop.businessId, { resource: 'Mark' })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('Dana Whitfield, Eli Stone'),
    });
    const never = { month: 'february' as const, dayOfMonth: 30 };
    await expect(harness.bridge.request(findSlots, shop.businessId, never)).rejects.toMatchObject({
      code: 'invalid',
      message: 'there is no February 30',
    });
  });

  it('counts an appointment’s own time as free when it is to be moved, and keeps its person', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const slot = await firstSlot(harness, shop);
    const { appointmentId } = await book(harness, shop, slot);
    const find = (insteadOf?: string) =>
      harness.bridge.request(findSlots, shop.businessId, { day: 'tomorrow', limit: 1, insteadOf });
    expect((await find()).slots[0]?.resourceId).not.toBe(slot.resourceId);
    const again = await find(appointmentId);
    expect(again.slots[0]).toMatchObject({ startsAt: slot.startsAt, resourceId: slot.resourceId });
    expect(again.named).toBe(true);
    await expect(find(crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('gives everybody their turn when that is the rule', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const rules = { timeZone: 'America/Chicago', minNoticeMinutes: 0, assignment: 'round_robin' as const };
    await harness.operator.request(putBookingRules, shop.businessId, rules);
    const given: string[] = [];
    for (let count = 0; count < 4; count++) {
      const slot = await firstSlot(harness, shop);
      given.push(slot.resourceName);
      await book(harness, shop, slot);
    }
    expect(given).toEqual(['Dana', 'Eli', 'Dana', 'Eli']);
  });
});
