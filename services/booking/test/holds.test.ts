/** Pins holds that let somebody else in too early, keep somebody out too long, or vanish without a word. */
import { confirmHold } from '@frontdesk/contracts/booking/confirm-hold';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { releaseHold } from '@frontdesk/contracts/booking/release-hold';
import { retire } from '@frontdesk/contracts/booking/retire';
import type { SlotRef } from '@frontdesk/contracts/booking/slot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  book,
  eventsOf,
  firstSlot,
  type Harness,
  hold,
  newCallSid,
  newKey,
  openShop,
  overlaps,
  type Shop,
  slotsTomorrow,
  startHarness,
} from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const customer = { name: 'Robin Vale', phone: '+13125550142' };

function confirm({ businessId }: Shop, appointmentId: string, callSid?: string, key = newKey()) {
  const request = { appointmentId, customer, callSid };
  return harness.gateway.request(confirmHold, businessId, request, { idempotencyKey: key, callSid });
}

async function typesOf(appointmentId: string): Promise<string[]> {
  return (await eventsOf(harness, appointmentId)).map(({ type }) => type.split('.')[2] ?? '');
}

describe('a held time', () => {
  it('is kept from others, and becomes an appointment with the next version', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const callSid = newCallSid();
    const held = await hold(harness, shop, slot, { callSid });
    await expect(book(harness, shop, slot)).rejects.toMatchObject({ code: 'conflict' });
    expect((await slotsTomorrow(harness, shop, 1))[0]?.startsAt).not.toBe(slot.startsAt);

    const key = newKey();
    const booked = await confirm(shop, held.appointmentId, callSid, key);
    expect(await confirm(shop, held.appointmentId, callSid, key)).toEqual(booked);
    expect(await confirm(shop, held.appointmentId, callSid)).toEqual(booked);
    expect(booked.appointmentId).toBe(held.appointmentId);
    expect(await typesOf(held.appointmentId)).toEqual(['held', 'booked']);
    const sequences = (await eventsOf(harness, held.appointmentId)).map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual([1, 2]);
  });

  it('is the same hold when the call asks again, and is booked by booking it in that call', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const callSid = newCallSid();
    const answers = await Promise.all([1, 2, 3].map(() => hold(harness, shop, slot, { callSid })));
    expect(new Set(answers.map(({ appointmentId }) => appointmentId)).size).toBe(1);
    const booked = await book(harness, shop, slot, { callSid });
    expect(booked.appointmentId).toBe(answers[0]?.appointmentId);
    await expect(hold(harness, shop, slot, { callSid })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is nobody else’s: another call and another business find no such hold', async () => {
    const shop = await openShop(harness);
    const neighbour = await openShop(harness);
    const { appointmentId } = await hold(harness, shop, await firstSlot(harness, shop));
    await expect(confirm(shop, appointmentId, newCallSid())).rejects.toMatchObject({ code: 'not_found' });
    await expect(confirm(neighbour, appointmentId)).rejects.toMatchObject({ code: 'not_found' });
    const foreign = { appointmentId, callSid: newCallSid() };
    await expect(harness.gateway.request(releaseHold, shop.businessId, foreign)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('is given up on request, once, and its time is free at once', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const callSid = newCallSid();
    const { appointmentId } = await hold(harness, shop, slot, { callSid });
    const release = () => harness.gateway.request(releaseHold, shop.businessId, { appointmentId, callSid });
    expect(await release()).toEqual({ released: true });
    expect(await release()).toEqual({ released: false });
    await expect(confirm(shop, appointmentId, callSid)).rejects.toMatchObject({ code: 'not_found' });
    await book(harness, shop, slot);
    expect(await typesOf(appointmentId)).toEqual(['held', 'cancelled']);
    expect((await eventsOf(harness, appointmentId))[1]?.data).toMatchObject({ by: 'caller', customer: null, callSid });
  });

  it('cannot be given up once it is booked', async () => {
    const shop = await openShop(harness);
    const { appointmentId } = await book(harness, shop, await firstSlot(harness, shop));
    await expect(harness.gateway.request(releaseHold, shop.businessId, { appointmentId })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('stays when the call asks for a time that overlaps it and cannot be had anyway', async () => {
    const shop = await openShop(harness);
    const [first, half, next] = await slotsTomorrow(harness, shop, 3);
    if (!first || !half || !next) throw new Error('three free times were expected');
    await book(harness, shop, next);
    const callSid = newCallSid();
    const held = await hold(harness, shop, first, { callSid });
    for (const anyResource of [false, true]) {
      const asked = book(harness, shop, half, { callSid, anyResource });
      await expect(asked).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await typesOf(held.appointmentId)).toEqual(['held']);
    await confirm(shop, held.appointmentId, callSid);
  });

  it('gives way to a later one of the same call that overlaps it, and to a fourth', async () => {
    const shop = await openShop(harness);
    const slots = await slotsTomorrow(harness, shop, 12);
    const callSid = newCallSid();
    const [first, half] = slots;
    if (!first || !half) throw new Error('free times were expected');
    const given = await hold(harness, shop, first, { callSid });
    const kept = await hold(harness, shop, half, { callSid });
    expect(await typesOf(given.appointmentId)).toEqual(['held', 'cancelled']);
    for (const slot of [slots[4], slots[6], slots[8]]) if (slot) await hold(harness, shop, slot, { callSid });
    expect(await typesOf(kept.appointmentId)).toEqual(['held', 'cancelled']);
    expect(await overlaps(harness, shop)).toBe(0);
  });
});

describe('a hold that is over', () => {
  it('keeps nobody out, although nothing has cleared it away', async () => {
    const shop = await openShop(harness);
    const slot = await firstSlot(harness, shop);
    const { appointmentId } = await hold(harness, shop, slot, { seconds: 60 });
    harness.time.moveOn({ seconds: 61 });
    expect((await slotsTomorrow(harness, shop, 1))[0]?.startsAt).toBe(slot.startsAt);
    await book(harness, shop, slot);
    expect(await typesOf(appointmentId)).toEqual(['held', 'cancelled']);
    expect((await eventsOf(harness, appointmentId))[1]?.data).toMatchObject({ by: 'expiry' });
    await expect(confirm(shop, appointmentId)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is cleared away by the timer, which says so once; one that is not over stays', async () => {
    const shop = await openShop(harness);
    const [first, , second] = await slotsTomorrow(harness, shop, 3);
    if (!first || !second) throw new Error('three free times were expected');
    const over = await hold(harness, shop, first, { seconds: 60 });
    const lasting = await hold(harness, shop, second, { seconds: 1_800 });
    harness.time.moveOn({ seconds: 61 });
    await vi.waitFor(async () => {
      harness.time.tick();
      expect(await typesOf(over.appointmentId)).toEqual(['held', 'cancelled']);
    });
    expect(await typesOf(lasting.appointmentId)).toEqual(['held']);
    await expect(book(harness, shop, second)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is confirmed all the same while nobody has taken the time, cleared away or not', async () => {
    const shop = await openShop(harness);
    const [first, , second] = await slotsTomorrow(harness, shop, 3);
    if (!first || !second) throw new Error('three free times were expected');
    const callSid = newCallSid();
    const cleared = await hold(harness, shop, first, { seconds: 60, callSid });
    harness.time.moveOn({ seconds: 61 });
    await vi.waitFor(async () => {
      harness.time.tick();
      expect(await typesOf(cleared.appointmentId)).toEqual(['held', 'cancelled']);
    });
    const lying = await hold(harness, shop, second, { seconds: 60, callSid });
    harness.time.moveOn({ seconds: 61 });
    await confirm(shop, cleared.appointmentId, callSid);
    await confirm(shop, lying.appointmentId, callSid);
    expect(await typesOf(cleared.appointmentId)).toEqual(['held', 'cancelled', 'booked']);
    for (const slot of [first, second])
      await expect(book(harness, shop, slot)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is confirmed only where it could be booked now: not beyond the daily number, on a closed date, or with who left', async () => {
    const rules = { timeZone: 'America/Chicago', minNoticeMinutes: 0, horizonDays: 30 };
    const put = ({ businessId }: Shop, more: object) =>
      harness.operator.request(putBookingRules, businessId, { ...rules, ...more });
    const change: [string, (shop: Shop, other: SlotRef) => Promise<unknown>][] = [
      [
        'that day has no room',
        async (shop, other) => [await put(shop, { maxPerDay: 1 }), await book(harness, shop, other)],
      ],
      [
        'outside working hours',
        (shop, { startsAt }) => put(shop, { closedDates: [{ date: dateIn(rules.timeZone, startsAt) }] }),
      ],
      ['nobody like that', (shop) => left(shop)],
    ];
    for (const [reason, happen] of change) {
      const shop = await openShop(harness);
      const [first, , second] = await slotsTomorrow(harness, shop, 3);
      if (!first || !second) throw new Error('three free times were expected');
      const callSid = newCallSid();
      const { appointmentId } = await hold(harness, shop, first, { seconds: 60, callSid });
      harness.time.moveOn({ seconds: 61 });
      await happen(shop, second);
      const refusal = { code: 'conflict', message: expect.stringContaining(reason) };
      await expect(confirm(shop, appointmentId, callSid)).rejects.toMatchObject(refusal);
    }
  });

  it('is what the call has booked since, with whomever', async () => {
    const shop = await openShop(harness, ['Dana', 'Eli']);
    const slot = await firstSlot(harness, shop);
    const callSid = newCallSid();
    const held = await hold(harness, shop, slot, { seconds: 60, callSid });
    harness.time.moveOn({ seconds: 61 });
    const inBetween = await hold(harness, shop, slot);
    const booked = await book(harness, shop, slot, { callSid, anyResource: true });
    expect(booked.resourceId).not.toBe(slot.resourceId);
    const release = { appointmentId: inBetween.appointmentId };
    await harness.gateway.request(releaseHold, shop.businessId, release);
    expect(await confirm(shop, held.appointmentId, callSid)).toEqual(booked);
  });
});

function left({ businessId, resourceIds: [id = ''] }: Shop) {
  return harness.operator.request(retire, businessId, { kind: 'resource', id });
}

function dateIn(timeZone: string, startsAt: string): string {
  return Temporal.Instant.from(startsAt).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}
