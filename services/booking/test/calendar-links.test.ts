// Pins: a calendar that shows a time which is not booked any more, or to somebody who may not see it: whoever has no
// link, had one that was revoked, or has another business's. Read back by another library than the one that wrote it.
import {
  createCalendarLink,
  listCalendarLinks,
  readCalendar,
  revokeCalendarLink,
} from '@frontdesk/contracts/booking/calendar-links';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import type { Slot } from '@frontdesk/contracts/booking/slot';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest } from '@frontdesk/messaging/testing';
import ICAL from 'ical.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { book, firstSlot, type Harness, openShop, type Shop, slotsTomorrow, startHarness } from './harness.ts';

let harness: Harness;
let gateway: Messaging;
const closing = new AsyncDisposableStack();
beforeAll(async () => {
  harness = closing.use(await startHarness());
  gateway = closing.use(await connectForTest('gateway'));
});
afterAll(() => closing.disposeAsync());

const read = (token: string) => gateway.request(readCalendar, NO_BUSINESS, { token });
const proof = { by: 'business' } as const;

async function linkTo({ businessId }: Shop, resourceId: string) {
  return gateway.request(createCalendarLink, businessId, { target: { kind: 'resource', resourceId } });
}

async function eventsOf(token: string) {
  const { ics } = await read(token);
  return new ICAL.Component(ICAL.parse(ics)).getAllSubcomponents('vevent').map((each) => ({
    startMs: new ICAL.Event(each).startDate.toJSDate().getTime(),
    status: each.getFirstPropertyValue('status'),
    sequence: each.getFirstPropertyValue('sequence'),
    summary: each.getFirstPropertyValue('summary'),
  }));
}

/** Two free times of a shop with one person that do not overlap. */
async function twoSlots(shop: Shop): Promise<[Slot, Slot]> {
  const [first, ...others] = await slotsTomorrow(harness, shop, 20);
  const second = others.find(({ startsAt }) => first && Date.parse(startsAt) >= Date.parse(first.endsAt));
  if (!first || !second) throw new Error('a new shop has no two free times tomorrow');
  return [first, second];
}

const refOf = ({ serviceId, resourceId, startsAt }: Slot) => ({ serviceId, resourceId, startsAt });

it('shows what is booked, then moved, then cancelled, and says each time that it changed', async () => {
  const shop = await openShop(harness);
  const [first, second] = await twoSlots(shop);
  const { token } = await linkTo(shop, first.resourceId);
  expect(await eventsOf(token)).toEqual([]);
  const { appointmentId } = await book(harness, shop, first, { name: 'Zoë Đặng' });
  const summary = 'Furnace tune-up: Zoë Đặng';
  const booked = { startMs: Date.parse(first.startsAt), status: 'CONFIRMED', sequence: 1, summary };
  expect(await eventsOf(token)).toEqual([booked]);
  const { etag } = await read(token);
  expect(await read(token)).toMatchObject({ etag });

  const move = { appointmentId, slot: refOf(second), proof };
  await gateway.request(moveAppointment, shop.businessId, move, { idempotencyKey: `${appointmentId}:move` });
  expect(await eventsOf(token)).toEqual([{ ...booked, startMs: Date.parse(second.startsAt), sequence: 2 }]);
  expect((await read(token)).etag).not.toBe(etag);

  const cancel = { appointmentId, proof };
  await gateway.request(cancelAppointment, shop.businessId, cancel, { idempotencyKey: `${appointmentId}:cancel` });
  expect(await eventsOf(token)).toMatchObject([{ status: 'CANCELLED', sequence: 3 }]);
});

it('an appointment moved to somebody else leaves the calendar of the first', async () => {
  const shop = await openShop(harness, ['Dana', 'Miguel']);
  const slots = await slotsTomorrow(harness, shop, 20);
  const [dana = '', miguel = ''] = shop.resourceIds;
  const [from, to] = [dana, miguel].map((id) => slots.find(({ resourceId }) => resourceId === id));
  if (!from || !to) throw new Error('nobody is free');
  const links = { dana: await linkTo(shop, dana), miguel: await linkTo(shop, miguel) };
  const { appointmentId } = await book(harness, shop, from);
  expect([await eventsOf(links.dana.token), await eventsOf(links.miguel.token)]).toMatchObject([[{}], []]);
  const move = { appointmentId, slot: refOf(to), proof };
  await gateway.request(moveAppointment, shop.businessId, move, { idempotencyKey: appointmentId });
  expect([await eventsOf(links.dana.token), await eventsOf(links.miguel.token)]).toMatchObject([[], [{ sequence: 2 }]]);
});

it('one appointment can be given away without the customer’s name in it', async () => {
  const shop = await openShop(harness);
  const [slot] = await twoSlots(shop);
  const { appointmentId } = await book(harness, shop, slot);
  const target = { kind: 'appointment', appointmentId } as const;
  const { token } = await gateway.request(createCalendarLink, shop.businessId, { target });
  expect(await eventsOf(token)).toMatchObject([{ summary: 'Furnace tune-up (Dana)' }]);
  expect(await read(token)).toMatchObject({ fileName: 'appointment.ics' });
});

it('is listed with when it was read, and opens nothing once it is revoked', async () => {
  const shop = await openShop(harness);
  const [resourceId = ''] = shop.resourceIds;
  const { linkId, token } = await linkTo(shop, resourceId);
  const list = async () => (await gateway.request(listCalendarLinks, shop.businessId, {})).links;
  const target = { kind: 'resource', resourceId };
  expect(await list()).toEqual([{ linkId, target, createdAt: expect.any(String), lastReadAt: null }]);
  await read(token);
  expect(await list()).toMatchObject([{ linkId, lastReadAt: expect.any(String) }]);
  await gateway.request(revokeCalendarLink, shop.businessId, { linkId });
  await gateway.request(revokeCalendarLink, shop.businessId, { linkId });
  expect(await list()).toEqual([]);
  await expect(read(token)).rejects.toMatchObject({ code: 'not_found', message: 'there is no such calendar' });
  await expect(read('A'.repeat(43))).rejects.toMatchObject({ code: 'not_found', message: 'there is no such calendar' });
});

it('belongs to one business: another can neither make, list nor revoke it', async () => {
  const [shop, other] = [await openShop(harness), await openShop(harness)];
  const [resourceId = ''] = shop.resourceIds;
  const { linkId, token } = await linkTo(shop, resourceId);
  await expect(linkTo(other, resourceId)).rejects.toMatchObject({ code: 'not_found' });
  await expect(gateway.request(revokeCalendarLink, other.businessId, { linkId })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await gateway.request(listCalendarLinks, other.businessId, {})).toEqual({ links: [] });
  await expect(read(token)).resolves.toMatchObject({ fileName: 'calendar.ics' });
  const tenant = await harness.asTenantRole(other.businessId);
  const seen = await tenant.query('select count(*)::int as n from booking.calendar_links');
  await tenant[Symbol.asyncDispose]();
  expect(seen.rows).toEqual([{ n: 0 }]);
});

// Whoever reads the database, or a copy of it, must not be able to read calendars.
it('keeps no token, and reading is not in the audit', async () => {
  const shop = await openShop(harness);
  const [resourceId = ''] = shop.resourceIds;
  const { linkId, token } = await linkTo(shop, resourceId);
  await read(token);
  const kept = await harness.sql.query('select * from booking.calendar_links where id = $1', [linkId]);
  expect(JSON.stringify(kept.rows)).not.toContain(token);
  const audit = await harness.sql.query(
    `select operation from booking.audit where table_name = 'calendar_links' and row_id = $1`,
    [linkId],
  );
  expect(audit.rows).toEqual([{ operation: 'insert' }]);
});

it('is never logged, neither its token nor what it opens', async () => {
  const shop = await openShop(harness);
  const { appointmentId, resourceName } = await book(harness, shop, await firstSlot(harness, shop), {
    name: 'Zoë Đặng',
  });
  expect(resourceName).toBe('Dana');
  const target = { kind: 'appointment', appointmentId } as const;
  const { linkId, token } = await gateway.request(createCalendarLink, shop.businessId, { target });
  await read(token);
  await gateway.request(revokeCalendarLink, shop.businessId, { linkId });
  await expect(read(token)).rejects.toMatchObject({ code: 'not_found' });
  const log = harness.logged.join('');
  expect(log).toContain('"service":"booking"');
  for (const secret of [token, 'Zoë']) expect(log).not.toContain(secret);
});

it('there are so many at most, and those to appointments long over give way', async () => {
  const shop = await openShop(harness);
  const [resourceId = ''] = shop.resourceIds;
  const { appointmentId } = await book(harness, shop, await firstSlot(harness, shop));
  const target = { kind: 'appointment', appointmentId } as const;
  const { token } = await gateway.request(createCalendarLink, shop.businessId, { target });
  await harness.change(
    `insert into booking.calendar_links (business_id, resource_id, token_hash, created_at)
     select $1, $2, gen_random_uuid(), now() from generate_series(1, 498)`,
    [shop.businessId, resourceId],
  );
  const { linkId } = await linkTo(shop, resourceId);
  await expect(linkTo(shop, resourceId)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/revoke one/),
  });
  expect((await gateway.request(listCalendarLinks, shop.businessId, {})).links).toHaveLength(500);
  await gateway.request(revokeCalendarLink, shop.businessId, { linkId });
  await linkTo(shop, resourceId);
  await expect(read(token)).resolves.toMatchObject({ fileName: 'appointment.ics' });
  harness.time.moveOn({ days: 33 });
  await linkTo(shop, resourceId);
  await expect(read(token)).rejects.toMatchObject({ code: 'not_found' });
  await expect(linkTo(shop, resourceId)).rejects.toMatchObject({ code: 'conflict' });
  harness.time.moveOn({ days: -33 });
});

it('shows what is ahead, however many times were only held, and however much is past', async () => {
  const shop = await openShop(harness);
  const [resourceId = ''] = shop.resourceIds;
  const { token } = await linkTo(shop, resourceId);
  const { startsAt } = await book(harness, shop, await firstSlot(harness, shop));
  const add = (at: string, name: string | null) =>
    harness.change(
      `with made as (
         insert into booking.appointments (business_id, resource_id, service_id, starts_at, ends_at, during, status,
           customer_name)
         select $1, $2, $3, at, at + interval '1 hour', tstzrange(at, at + interval '1 hour'), 'cancelled', $4
         from generate_series(1, 1600) as n, lateral (select ${at}) as start(at)
         returning business_id, id, resource_id, starts_at, during)
       insert into booking.allocations (business_id, appointment_id, resource_id, starts_at, during, active)
       select business_id, id, resource_id, starts_at, during, false from made`,
      [shop.businessId, resourceId, shop.serviceId, name],
    );
  await add(`now() + n * interval '1 second'`, null);
  await add(`now() - n * interval '1 minute'`, 'Somebody');
  const events = await eventsOf(token);
  expect(events).toHaveLength(1_500);
  expect(events.at(-1)).toMatchObject({ startMs: Date.parse(startsAt), status: 'CONFIRMED' });
  expect(events.filter(({ status }) => status === 'CONFIRMED')).toHaveLength(1);
  const since = Date.now() - 1_499 * 60_000 - 60_000;
  expect(events.every(({ startMs }) => startMs > since)).toBe(true);
});
