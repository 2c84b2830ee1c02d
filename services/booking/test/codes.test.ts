/** Pins codes that can be guessed: by trying long enough, from many numbers, or many at once. */
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { book, type Harness, newCallSid, openShop, type Shop, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const mine = '+13125550142';

interface Caller {
  phone?: string | null;
  trust?: 'open' | 'attested' | 'code';
  attestation?: 'A' | 'B' | 'none';
  code?: string;
  callSid?: string;
}

function lookUp({ businessId }: Shop, { callSid = newCallSid(), phone = mine, ...caller }: Caller = {}) {
  const proof = { by: 'caller' as const, callSid, phone, ...caller };
  return harness.bridge.request(lookUpAppointments, businessId, { proof }, { timeoutMs: 10_000 });
}

/** Two days from now: time moves on by hours in these tests, and whoever runs them late in the evening is close to tomorrow. */
async function bookedTwice() {
  const shop = await openShop(harness);
  const wish = { day: 'day_after_tomorrow', limit: 3 } as const;
  const [first, , second] = (await harness.bridge.request(findSlots, shop.businessId, wish)).slots;
  if (!first || !second) throw new Error('three free times were expected');
  return {
    shop,
    own: await book(harness, shop, first, { phone: mine }),
    theirs: await book(harness, shop, second, { phone: '+13125550143' }),
  };
}

const idsOf = ({ appointments }: Awaited<ReturnType<typeof lookUp>>) => appointments.map((it) => it.appointmentId);
/** Five signs that are no code of a test, since a code has no vowels. */
const WRONG = 'AEAEA';

describe('looking up', () => {
  it('shows what a proved number has, and otherwise what the code belongs to', async () => {
    const { shop, own, theirs } = await bookedTwice();
    expect(idsOf(await lookUp(shop, { trust: 'open' }))).toEqual([own.appointmentId]);
    expect(await lookUp(shop, { trust: 'attested', attestation: 'A' })).toMatchObject({
      appointments: [{ appointmentId: own.appointmentId, needsCode: true }],
    });
    await expect(lookUp(shop, { trust: 'attested', attestation: 'B' })).rejects.toMatchObject({ code: 'denied' });
    await expect(lookUp(shop, { trust: 'code', attestation: 'A' })).rejects.toMatchObject({ code: 'denied' });
    const { confirmationCode: code } = theirs;
    expect(await lookUp(shop, { phone: null, code: ` ${code.toLowerCase()}. ` })).toMatchObject({
      appointments: [{ appointmentId: theirs.appointmentId, needsCode: false }],
    });
    const both = await lookUp(shop, { trust: 'attested', attestation: 'A', code });
    expect(both.appointments.map(({ needsCode }) => needsCode)).toEqual([true, false]);
  });

  it('shows what a proved number has although the code is wrong, which counts all the same', async () => {
    const { shop, own, theirs } = await bookedTwice();
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(idsOf(await lookUp(shop, { trust: 'open', code: WRONG }))).toEqual([own.appointmentId]);
    }
    // Otherwise whoever has an appointment could guess everybody's codes.
    const guessed = await lookUp(shop, { trust: 'open', code: theirs.confirmationCode });
    expect(idsOf(guessed)).toEqual([own.appointmentId]);
    const nothing = lookUp(shop, { trust: 'open', phone: '+13125550144', code: WRONG });
    await expect(nothing).rejects.toMatchObject({ code: 'denied', message: expect.stringMatching(/not right/) });
  });
});

describe('wrong codes', () => {
  it('lock the caller after five, the right code included, and unlock after half an hour', async () => {
    const { shop, own } = await bookedTwice();
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(lookUp(shop, { code: WRONG })).rejects.toMatchObject({
        code: 'denied',
        message: expect.stringMatching(/not right/),
      });
    }
    const right = { code: own.confirmationCode };
    await expect(lookUp(shop, right)).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/the team can help/),
    });
    await harness.restart();
    await expect(lookUp(shop, right)).rejects.toMatchObject({ message: expect.stringMatching(/the team can help/) });
    // Where the number is enough, no code is asked for.
    expect(idsOf(await lookUp(shop, { trust: 'open' }))).toEqual([own.appointmentId]);
    // Somebody else is let in meanwhile.
    expect(idsOf(await lookUp(shop, { ...right, phone: '+13125550144' }))).toEqual([own.appointmentId]);
    harness.time.moveOn({ minutes: 31 });
    expect(idsOf(await lookUp(shop, right))).toEqual([own.appointmentId]);
  });

  it('count one by one although they come at once, and right ones do not count', async () => {
    const { shop, own } = await bookedTwice();
    for (let attempt = 0; attempt < 8; attempt++) await lookUp(shop, { code: own.confirmationCode });
    const guesses = await Promise.allSettled(Array.from({ length: 12 }, () => lookUp(shop, { code: WRONG })));
    const messages = guesses.map((guess) => (guess.status === 'rejected' ? guess.reason.message : ''));
    expect(messages.filter((message) => /not right/.test(message))).toHaveLength(5);
    expect(messages.filter((message) => /the team can help/.test(message))).toHaveLength(7);
  });

  it('from one withheld number after the other lock strangers out, but not who calls from their own number', async () => {
    const { shop, own } = await bookedTwice();
    for (let attempt = 0; attempt < 20; attempt++) {
      await expect(lookUp(shop, { phone: null, code: WRONG })).rejects.toMatchObject({ code: 'denied' });
    }
    const right = { code: own.confirmationCode };
    await expect(lookUp(shop, { ...right, phone: null })).rejects.toMatchObject({
      message: expect.stringMatching(/the team can help/),
    });
    expect(idsOf(await lookUp(shop, right))).toEqual([own.appointmentId]);
    harness.time.moveOn({ minutes: 61 });
    expect(idsOf(await lookUp(shop, { ...right, phone: null }))).toEqual([own.appointmentId]);
  });

  it('cannot be tried without end from a forged number while strangers are locked out', async () => {
    const { shop, own } = await bookedTwice();
    for (let attempt = 0; attempt < 20; attempt++) {
      await expect(lookUp(shop, { phone: null, code: WRONG })).rejects.toMatchObject({ code: 'denied' });
    }
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(lookUp(shop, { code: WRONG })).rejects.toMatchObject({
        message: expect.stringMatching(/the team can help/),
      });
    }
    const right = { code: own.confirmationCode };
    await expect(lookUp(shop, right)).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/the team can help/),
    });
    harness.time.moveOn({ minutes: 31 });
    expect(idsOf(await lookUp(shop, right))).toEqual([own.appointmentId]);
    harness.time.moveOn({ minutes: 31 });
  });

  it('asked for again under the same key are one attempt; another code under that key is another', async () => {
    const { shop, own } = await bookedTwice();
    const callSid = newCallSid();
    const cancel = (code: string, key: string) => {
      const proof = { by: 'caller' as const, callSid, phone: mine, code };
      const request = { appointmentId: own.appointmentId, proof };
      return harness.bridge.request(cancelAppointment, shop.businessId, request, { idempotencyKey: key });
    };
    for (let attempt = 0; attempt < 6; attempt++) {
      await expect(cancel(WRONG, `${callSid}:1`)).rejects.toMatchObject({
        message: expect.stringMatching(/not right/),
      });
    }
    for (const code of ['AEAEB', 'AEAEC', 'AEAED', 'AEAEF']) {
      await expect(cancel(code, `${callSid}:1`)).rejects.toMatchObject({ message: expect.stringMatching(/not right/) });
    }
    await expect(cancel(own.confirmationCode, `${callSid}:1`)).rejects.toMatchObject({
      message: expect.stringMatching(/the team can help/),
    });
  });
});
