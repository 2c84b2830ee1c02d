/** Pins pages that leave appointments out, show one twice, or show another business's. */
import { listAppointments } from '@frontdesk/contracts/booking/list-appointments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { book, type Harness, hold, openShop, slotsTomorrow, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

describe('a business’s appointments', () => {
  it('come in pages by start time, each once, although several start together', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli', 'Finn']);
    const slots = (await slotsTomorrow(harness, shop, 8)).filter((_, index) => index % 2 === 0);
    for (const slot of slots) {
      for (const resourceId of shop.resourceIds) await book(harness, shop, { ...slot, resourceId });
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 10; page++) {
      const reply = await harness.operator.request(listAppointments, shop.businessId, { limit: 5, cursor });
      seen.push(...reply.appointments.map(({ startsAt, appointmentId }) => `${startsAt} ${appointmentId}`));
      if (reply.nextCursor === null) break;
      cursor = reply.nextCursor;
    }
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
    expect(seen).toEqual(seen.toSorted());
  });

  it('are narrowed down by time, person and status, and are no other business’s', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const neighbour = await openShop(harness);
    const [dana = '', eli = ''] = shop.resourceIds;
    const [first, , second, , third] = await slotsTomorrow(harness, shop, 5);
    if (!first || !second || !third) throw new Error('five free times were expected');
    const one = await book(harness, shop, { ...first, resourceId: dana });
    const other = await book(harness, shop, { ...second, resourceId: eli });
    const held = await hold(harness, shop, { ...third, resourceId: eli });
    const list = async (request: object) => {
      const reply = await harness.operator.request(listAppointments, shop.businessId, request);
      return reply.appointments.map(({ appointmentId }) => appointmentId);
    };
    expect(await list({ resourceId: dana })).toEqual([one.appointmentId]);
    expect(await list({ since: second.startsAt })).toEqual([other.appointmentId, held.appointmentId]);
    expect(await list({ since: first.startsAt, until: second.startsAt })).toEqual([one.appointmentId]);
    expect(await list({ status: 'held' })).toEqual([held.appointmentId]);
    const theirs = await harness.operator.request(listAppointments, neighbour.businessId, {});
    expect(theirs).toEqual({ appointments: [], nextCursor: null });
  });

  it('are refused for a cursor that is none', async () => {
    const { businessId } = await openShop(harness);
    for (const cursor of ['x', Buffer.from('2026-99-99T00:00:00Z nobody').toString('base64url')]) {
      const request = harness.operator.request(listAppointments, businessId, { cursor });
      await expect(request).rejects.toMatchObject({ code: 'invalid' });
    }
  });
});
