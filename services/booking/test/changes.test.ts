/** Pins changes that lose an appointment, make two of one, or are made by or for somebody they are not for. */
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { getAppointment } from '@frontdesk/contracts/booking/get-appointment';
import { markNoShow } from '@frontdesk/contracts/booking/mark-no-show';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { retire } from '@frontdesk/contracts/booking/retire';
import type { SlotRef } from '@frontdesk/contracts/booking/slot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  book,
  countAppointments,
  eventsOf,
  firstSlot,
  type Harness,
  newCallSid,
  newKey,
  openShop,
  overlaps,
  refOf,
  type Shop,
  slotsTomorrow,
  startHarness,
} from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const phone = '+13125550142';
const business = { by: 'business' } as const;

function proofWith(code?: string, more: { phone?: string | null; trust?: 'open' | 'attested' | 'code' } = {}) {
  return { by: 'caller' as const, callSid: newCallSid(), phone, attestation: 'A' as const, code, ...more };
}
type Proof = ReturnType<typeof proofWith> | typeof business;

function move({ businessId }: Shop, appointmentId: string, slot: SlotRef, proof: Proof = business, key = newKey()) {
  const request = { appointmentId, slot: refOf(slot), proof };
  return harness.bridge.request(moveAppointment, businessId, request, { idempotencyKey: key, timeoutMs: 10_000 });
}

function cancel({ businessId }: Shop, appointmentId: string, proof: Proof = business, key = newKey()) {
  const request = { appointmentId, proof, reason: 'Is better again' };
  return harness.bridge.request(cancelAppointment, businessId, request, { idempotencyKey: key, timeoutMs: 10_000 });
}

async function standing({ businessId }: Shop, appointmentId: string) {
  return (await harness.operator.request(getAppointment, businessId, { appointmentId })).appointment;
}

async function booked(rules: Parameters<typeof openShop>[2] = {}, people = ['Dana']) {
  const shop = await openShop(harness, people, rules);
  const slots = (await slotsTomorrow(harness, shop, 20)).filter(({ resourceName }) => resourceName === people[0]);
  const [slot, ...others] = slots;
  if (!slot || others.length < 6) throw new Error('more free times were expected');
  return { shop, slot, others, made: await book(harness, shop, slot) };
}

describe('moving', () => {
  it('takes the new time and gives the old one up, with the same code and the next version', async () => {
    const { shop, slot, others, made } = await booked();
    const to = others[4];
    if (!to) throw new Error('a free time was expected');
    const proof = proofWith(made.confirmationCode.toLowerCase().split('').join(' - '));
    const key = newKey();
    const moved = await move(shop, made.appointmentId, to, proof, key);
    await harness.restart();
    expect(await move(shop, made.appointmentId, to, proof, key)).toEqual(moved);
    expect(Date.parse(moved.startsAt)).not.toBe(Date.parse(made.startsAt));
    expect(Date.parse(moved.startsAt)).toBe(Date.parse(to.startsAt));
    expect(moved.confirmationCode).toBe(made.confirmationCode);
    expect(moved.previous.spoken).toBe(slot.spoken);
    await book(harness, shop, slot);
    await expect(book(harness, shop, to)).rejects.toMatchObject({ code: 'conflict' });
    const events = await eventsOf(harness, made.appointmentId);
    expect(events.map(({ type, sequence }) => [type.split('.')[2], Number(sequence)])).toEqual([
      ['booked', 1],
      ['moved', 2],
    ]);
    expect(events[1]?.data).toMatchObject({ by: 'caller', callSid: proof.callSid, late: false });
  });

  it('keeps the old time when the new one is gone, and says so', async () => {
    const { shop, slot, others, made } = await booked();
    const to = others[4];
    if (!to) throw new Error('a free time was expected');
    await book(harness, shop, to);
    await expect(move(shop, made.appointmentId, to)).rejects.toMatchObject({ code: 'conflict' });
    expect(Date.parse((await standing(shop, made.appointmentId)).startsAt)).toBe(Date.parse(slot.startsAt));
    await expect(book(harness, shop, slot)).rejects.toMatchObject({ code: 'conflict' });
    expect(await eventsOf(harness, made.appointmentId)).toHaveLength(1);
  });

  it('goes to a time that overlaps its own old one, and nowhere when it is there already', async () => {
    const { shop, slot, made } = await booked();
    const half = { ...slot, startsAt: new Date(Date.parse(slot.startsAt) + 30 * 60_000).toISOString() };
    await move(shop, made.appointmentId, half);
    await move(shop, made.appointmentId, half);
    expect(await eventsOf(harness, made.appointmentId)).toHaveLength(2);
    expect(await overlaps(harness, shop)).toBe(0);
  });

  it('lets two appointments change places past each other without anybody waiting in a circle', async () => {
    const { shop, slot, others, made } = await booked();
    const to = others[3];
    if (!to) throw new Error('a free time was expected');
    const other = await book(harness, shop, to);
    const after = (ref: SlotRef, minutes: number) => ({
      ...ref,
      startsAt: new Date(Date.parse(ref.startsAt) + minutes * 60_000).toISOString(),
    });
    for (let round = 0; round < 6; round++) {
      // Each wants the other's place, which cannot be, and half an hour from its own, which always can.
      const minutes = round % 2 === 0 ? 30 : 0;
      const results = await Promise.allSettled([
        move(shop, made.appointmentId, to),
        move(shop, other.appointmentId, slot),
        move(shop, made.appointmentId, after(slot, minutes)),
        move(shop, other.appointmentId, after(to, minutes)),
      ]);
      const answers = results.map((result) => (result.status === 'rejected' ? result.reason.code : 'moved'));
      expect(answers).toEqual(['conflict', 'conflict', 'moved', 'moved']);
    }
    for (const { appointmentId } of [made, other]) expect(await eventsOf(harness, appointmentId)).toHaveLength(7);
    expect(await overlaps(harness, shop)).toBe(0);
  });

  it('gives the last time to one of two callers', async () => {
    const { shop, others, made } = await booked();
    const [, , , theirs, , , ...rest] = others;
    const to = rest[2];
    if (!theirs || !to) throw new Error('free times were expected');
    const other = await book(harness, shop, theirs);
    const results = await Promise.allSettled([
      move(shop, made.appointmentId, to),
      move(shop, other.appointmentId, to),
      book(harness, shop, to),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    }
    expect(await overlaps(harness, shop)).toBe(0);
  });

  it('needs the code unless the business trusts the number, whose owner then needs none', async () => {
    const { shop, others, made } = await booked();
    const to = others[4];
    if (!to) throw new Error('a free time was expected');
    const attempt = (proof: Proof) => move(shop, made.appointmentId, to, proof);
    await expect(attempt(proofWith())).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/code .* is needed/),
    });
    await expect(attempt(proofWith('HHHHH'))).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/not right/),
    });
    const stranger = proofWith(undefined, { trust: 'open', phone: '+13125550199' });
    await expect(attempt(stranger)).rejects.toMatchObject({ code: 'denied' });
    expect(await eventsOf(harness, made.appointmentId)).toHaveLength(1);
    await attempt(proofWith(undefined, { trust: 'open' }));
  });
});

describe('moving what is no longer offered', () => {
  const free = (shop: Shop, insteadOf: string) =>
    harness.bridge.request(findSlots, shop.businessId, { day: 'tomorrow', limit: 20, insteadOf });

  it('goes on as the service it was, for callers as well', async () => {
    const { shop, made } = await booked();
    await harness.operator.request(retire, shop.businessId, { kind: 'service', id: shop.serviceId });
    const { slots } = await free(shop, made.appointmentId);
    const [, , , to, , other] = slots;
    if (!to || !other) throw new Error('free times were expected');
    expect((await move(shop, made.appointmentId, to)).serviceName).toBe('Furnace tune-up');
    await move(shop, made.appointmentId, other, proofWith(made.confirmationCode));
    await expect(book(harness, shop, to)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('stays with somebody who has left only when the business says so', async () => {
    const { shop, others, made } = await booked({}, ['Dana', 'Eli']);
    const [, , , to, , other] = others;
    if (!to || !other) throw new Error('free times were expected');
    await harness.operator.request(retire, shop.businessId, { kind: 'resource', id: to.resourceId });
    const byCaller = move(shop, made.appointmentId, to, proofWith(made.confirmationCode));
    await expect(byCaller).rejects.toMatchObject({ code: 'invalid' });
    expect((await move(shop, made.appointmentId, to)).resourceName).toBe('Dana');
    const [slot] = (await free(shop, made.appointmentId)).slots;
    expect(slot?.resourceName).toBe('Eli');
    if (slot) await move(shop, made.appointmentId, slot, proofWith(made.confirmationCode));
    await expect(move(shop, made.appointmentId, other)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('or too soon for customers is up to the business, in its hours', async () => {
    const { shop, others, made } = await booked();
    const to = others[4];
    if (!to) throw new Error('a free time was expected');
    const rules = { timeZone: 'America/Chicago', minNoticeMinutes: 5 * 1_440, horizonDays: 30 };
    await harness.operator.request(putBookingRules, shop.businessId, rules);
    const byCaller = move(shop, made.appointmentId, to, proofWith(made.confirmationCode));
    await expect(byCaller).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/too soon/) });
    await move(shop, made.appointmentId, to);
    const offGrid = { ...to, startsAt: new Date(Date.parse(to.startsAt) + 7 * 60_000).toISOString() };
    await expect(move(shop, made.appointmentId, offGrid)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('cancelling', () => {
  it('frees the time at once, answers the same the second time, and tells it once', async () => {
    const { shop, slot, made } = await booked();
    const first = await cancel(shop, made.appointmentId, proofWith(made.confirmationCode));
    const second = await cancel(shop, made.appointmentId, proofWith(made.confirmationCode));
    expect(second).toEqual(first);
    await book(harness, shop, slot);
    const events = await eventsOf(harness, made.appointmentId);
    expect(events).toHaveLength(2);
    expect(events[1]?.data).toMatchObject({ by: 'caller', reason: 'Is better again', late: false });
    expect(await standing(shop, made.appointmentId)).toMatchObject({ status: 'cancelled', alsoResourceIds: [] });
    await expect(move(shop, made.appointmentId, slot)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('and moving know no appointment of another business', async () => {
    const { made } = await booked();
    const neighbour = await openShop(harness);
    const proof = proofWith(made.confirmationCode);
    const mine = await firstSlot(harness, neighbour);
    await expect(cancel(neighbour, made.appointmentId, proof)).rejects.toMatchObject({ code: 'not_found' });
    await expect(move(neighbour, made.appointmentId, mine, proof)).rejects.toMatchObject({ code: 'not_found' });
    await expect(standing(neighbour, made.appointmentId)).rejects.toMatchObject({ code: 'not_found' });
    const request = { appointmentId: made.appointmentId };
    await expect(harness.operator.request(markNoShow, neighbour.businessId, request)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await countAppointments(harness, neighbour)).toBe(0);
  });
});

describe('late changes', () => {
  const rules = { changeNoticeMinutes: 5 * 1_440, lateChangeNote: 'please call the office' };

  it('are refused to callers where the business refuses them, with what it wants said, and not to itself', async () => {
    const { shop, others, made } = await booked({ ...rules, lateChanges: 'refused' });
    const to = others[4];
    if (!to) throw new Error('a free time was expected');
    const proof = proofWith(made.confirmationCode);
    const refusal = { code: 'denied', message: expect.stringContaining('please call the office') };
    await expect(move(shop, made.appointmentId, to, proof)).rejects.toMatchObject(refusal);
    await expect(cancel(shop, made.appointmentId, proof)).rejects.toMatchObject(refusal);
    await move(shop, made.appointmentId, to);
    await cancel(shop, made.appointmentId);
    const [, moved, cancelled] = await eventsOf(harness, made.appointmentId);
    expect([moved?.data, cancelled?.data]).toMatchObject([
      { late: true, by: 'business' },
      { late: true, by: 'business' },
    ]);
  });

  it('are allowed with a note elsewhere', async () => {
    const { shop, others, made } = await booked({ ...rules, lateChanges: 'allowed' });
    const to = others[4];
    if (!to) throw new Error('a free time was expected');
    const proof = proofWith(made.confirmationCode);
    expect(await move(shop, made.appointmentId, to, proof)).toMatchObject({ lateNote: rules.lateChangeNote });
    expect(await cancel(shop, made.appointmentId, proof)).toMatchObject({ late: true, lateNote: rules.lateChangeNote });
  });
});

describe('a customer who did not come', () => {
  it('can be said only once the appointment has begun, twice without harm, and then nothing is changed any more', async () => {
    const { shop, slot, made } = await booked();
    const mark = () =>
      harness.operator.request(
        markNoShow,
        shop.businessId,
        { appointmentId: made.appointmentId },
        { timeoutMs: 10_000 },
      );
    await expect(mark()).rejects.toMatchObject({ code: 'conflict' });
    const wait = harness.time.now().until(Temporal.Instant.from(slot.startsAt)).add({ minutes: 1 });
    harness.time.moveOn(wait);
    try {
      await mark();
      await mark();
      const events = await eventsOf(harness, made.appointmentId);
      expect(events.map(({ type }) => type.split('.')[2])).toEqual(['booked', 'no_show']);
      await expect(cancel(shop, made.appointmentId)).rejects.toMatchObject({ code: 'conflict' });
    } finally {
      harness.time.moveOn(wait.negated());
    }
  });

  it('is not one who cancelled', async () => {
    const { shop, made } = await booked();
    await cancel(shop, made.appointmentId);
    const request = { appointmentId: made.appointmentId };
    await expect(harness.operator.request(markNoShow, shop.businessId, request)).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});
