/**
 * Booking as a bridge meets it. Pins what must never happen: a time given twice, a request done twice, an impossible time
 * accepted, another tenant's data shown.
 */
import { randomBytes } from 'node:crypto';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { retire } from '@frontdesk/contracts/booking/retire';
import { cloudEvent } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  book,
  countAppointments,
  eventsOf,
  firstSlot,
  type Harness,
  hold,
  newCallSid,
  openShop,
  overlaps,
  slotsTomorrow,
  startHarness,
} from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

describe('one time, many callers', () => {
  it('is given to exactly one of thirty', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => book(harness, shop, slot)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    }
    expect(await countAppointments(harness, shop)).toBe(1);
  });

  it('never overlaps when starts are staggered', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli'], { granularityMinutes: 15 });
    const slots = await slotsTomorrow(harness, shop, 20);
    const [resource] = shop.resourceIds;
    const wanted = slots.flatMap((slot) => [slot, { ...slot, resourceId: resource ?? slot.resourceId }]);
    const results = await Promise.allSettled(wanted.map((slot) => book(harness, shop, slot)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(new Set(failures)).toEqual(new Set(['conflict']));
    expect(await overlaps(harness, shop)).toBe(0);
    expect(await countAppointments(harness, shop)).toBe(results.length - failures.length);
  });
});

async function openStudio(rooms: number) {
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '23:59' }));
  const shop = await openShop(harness, ['Dana', 'Eli', 'Finn']);
  const { businessId } = shop;
  const { startsAt } = await firstSlot(harness, shop);
  const service = { name: 'Massage', durationMinutes: 60, alsoNeeds: ['room' as const] };
  const { serviceId } = await harness.operator.request(putService, businessId, service);
  const put = (name: string, kind: 'staff' | 'room') =>
    harness.operator.request(putResource, businessId, { name, kind, serviceIds: [serviceId], weeklyHours: hours });
  for (let room = 1; room <= rooms; room++) await put(`Room ${room}`, 'room');
  const people = await Promise.all(['Dana', 'Eli', 'Finn'].map((name) => put(name, 'staff')));
  return { shop, slots: people.map(({ resourceId }) => ({ serviceId, resourceId, startsAt })) };
}

describe('a service that takes a room beside the person', () => {
  it('is booked as often as there are rooms, however many people are free', async () => {
    const { shop, slots } = await openStudio(2);
    const results = await Promise.allSettled(slots.map((slot) => book(harness, shop, slot)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await overlaps(harness, shop)).toBe(0);
    const { rows } = await harness.sql.query(
      'select count(*)::int as n from booking.allocations where business_id = $1 and active',
      [shop.businessId],
    );
    expect(rows[0].n).toBe(4);
  });

  it('falls to whoever else is free when anybody will do, one after the other and at once', async () => {
    const { shop, slots } = await openStudio(3);
    const [slot] = slots;
    if (!slot) throw new Error('a slot was expected');
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => book(harness, shop, slot, { anyResource: true })));
    const names = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.resourceName] : []));
    expect(names.toSorted()).toEqual(['Dana', 'Eli', 'Finn']);
    expect(await overlaps(harness, shop)).toBe(0);
  });
});

describe('many rooms', () => {
  it('are no reason to say that a time is taken when the first choice was lost to another', async () => {
    const { shop, slots } = await openStudio(14);
    for (let hour = 0; hour < 4; hour++) {
      const at = slots.map((slot) => ({
        ...slot,
        startsAt: new Date(Date.parse(slot.startsAt) + hour * 3_600_000).toISOString(),
      }));
      const [slot] = at;
      if (!slot) throw new Error('a slot was expected');
      const made = await Promise.all(at.map(() => book(harness, shop, slot, { anyResource: true })));
      expect(made.map(({ resourceName }) => resourceName).toSorted()).toEqual(['Dana', 'Eli', 'Finn']);
    }
  });
});

describe('a daily number', () => {
  it('is not exceeded by callers who come at once', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli'], { maxPerDay: 3 });
    const slots = (await slotsTomorrow(harness, shop, 12)).filter((_, index) => index % 2 === 0);
    const wanted = slots.flatMap((slot) => shop.resourceIds.map((resourceId) => ({ ...slot, resourceId })));
    const results = await Promise.allSettled(wanted.map((slot) => book(harness, shop, slot)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(['conflict']));
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
    expect(await countAppointments(harness, shop)).toBe(1);
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
    expect(await countAppointments(harness, shop)).toBe(1);
  });

  it('books once per call, service and time, although each try has a key of its own', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const callSid = newCallSid();
    const answers = await Promise.all([1, 2, 3].map(() => book(harness, shop, slot, { callSid })));
    expect(new Set(answers.map(({ appointmentId }) => appointmentId)).size).toBe(1);
    expect(await countAppointments(harness, shop)).toBe(1);
    await expect(book(harness, shop, slot, { callSid: newCallSid() })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('two of a family in one call', () => {
  it('are booked at the same time with two people, each once', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const slot = await firstSlot(harness, shop);
    const [dana = slot, eli = slot] = shop.resourceIds.map((resourceId) => ({ ...slot, resourceId }));
    const callSid = newCallSid();
    const mother = await book(harness, shop, dana, { callSid, name: 'Robin Vale' });
    const son = await book(harness, shop, eli, { callSid, name: 'Sam Vale' });
    expect([mother.resourceName, son.resourceName]).toEqual(['Dana', 'Eli']);
    expect((await book(harness, shop, eli, { callSid, name: ' sam  VALE' })).appointmentId).toBe(son.appointmentId);
    const again = await book(harness, shop, eli, { callSid, name: 'Robin Vale', anyResource: true });
    expect(again.appointmentId).toBe(mother.appointmentId);
    const third = book(harness, shop, dana, { callSid, name: 'Ash Vale', anyResource: true });
    await expect(third).rejects.toMatchObject({ code: 'conflict' });
    expect(await countAppointments(harness, shop)).toBe(2);
  });

  it('are not confused by what the call holds with somebody else', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const slot = await firstSlot(harness, shop);
    const [dana = slot, eli = slot] = shop.resourceIds.map((resourceId) => ({ ...slot, resourceId }));
    const callSid = newCallSid();
    const held = await hold(harness, shop, dana, { callSid });
    const made = await book(harness, shop, eli, { callSid });
    expect(made.resourceName).toBe('Eli');
    expect(await eventsOf(harness, held.appointmentId)).toHaveLength(1);
  });

  it('are one when asked for at once with whoever is free, although the first choice is taken', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli', 'Finn']);
    const slot = await firstSlot(harness, shop);
    await book(harness, shop, slot);
    const callSid = newCallSid();
    const ask = () => book(harness, shop, slot, { callSid, anyResource: true });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers.map(({ appointmentId }) => appointmentId)).size).toBe(1);
    expect(await countAppointments(harness, shop)).toBe(2);
  });
});

describe('what is retired meanwhile', () => {
  it('is not booked any more: the answer to retiring counts every appointment there is', async () => {
    for (let round = 0; round < 4; round++) {
      const shop = await openShop(harness);
      const slots = (await slotsTomorrow(harness, shop, 12)).filter((_, index) => index % 2 === 0);
      const [kind, id] =
        round % 2 === 0 ? ['service' as const, shop.serviceId] : ['resource' as const, slots[0]?.resourceId];
      if (id === undefined) throw new Error('free times were expected');
      const booking = slots.map((slot) => book(harness, shop, slot));
      const retiring = harness.operator.request(retire, shop.businessId, { kind, id }, { timeoutMs: 10_000 });
      const results = await Promise.allSettled(booking);
      const made = results.filter(({ status }) => status === 'fulfilled').length;
      expect(await retiring).toEqual({ upcoming: made });
      const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
      expect(codes.filter((code) => code !== 'invalid')).toEqual([]);
    }
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
    expect(await countAppointments(harness, shop)).toBe(0);
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
    expect((await countAppointments(harness, shop)) + (await countAppointments(harness, neighbour))).toBe(0);
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
