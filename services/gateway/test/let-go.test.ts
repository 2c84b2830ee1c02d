// Pins: a bridge that accepted a call too late, and keeps a place and a line for a stream that goes to another one; and a
// caller who is told that all lines are busy because the only bridge has just started.
import { expect, test, vi } from 'vitest';
import {
  addBusiness,
  INCOMING,
  incomingCall,
  postWebhook,
  putThrough,
  startGateway,
  startTestBridge,
} from './world.ts';

const POOL = 'let-go-test';
const WITHIN = { timeout: 10_000 };

test('a bridge that does not answer in time, twice, is told that nobody will come', async () => {
  await using slow = await startTestBridge(POOL);
  await using gateway = await startGateway({ POOLS: POOL });
  const entry = await addBusiness({ pool: POOL });
  await putThrough(gateway, incomingCall(entry.number));
  expect(slow.releases).toEqual([]);
  slow.answerAfterMs = 1_200;
  const params = incomingCall(entry.number);
  expect((await postWebhook(gateway, INCOMING, params)).body).not.toContain('<Stream');
  await vi.waitUntil(() => slow.releases.length > 0, { timeout: 2_000 });
  const { callSid, reservationId } = slow.reservations.at(-1) ?? {};
  expect(callSid).toBe(params.CallSid);
  expect(slow.releases).toEqual([{ businessId: entry.businessId, callSid, reservationId }]);
});

test('the only bridge is late: the same reservation again, before the caller is put on hold', async () => {
  const pool = `${POOL}-alone`;
  await using slow = await startTestBridge(pool);
  await using gateway = await startGateway({ POOLS: pool });
  const entry = await addBusiness({ pool });
  await putThrough(gateway, incomingCall(entry.number));
  slow.answersLate = 1;
  const params = incomingCall(entry.number);
  expect((await postWebhook(gateway, INCOMING, params)).body).toContain('<Stream');
  const [first, second, ...more] = slow.reservations.filter(({ callSid }) => callSid === params.CallSid);
  expect(second).toEqual(first);
  expect(more).toEqual([]);
  expect(slow.releases).toEqual([]);
});

test('both bridges are late: the first is asked again, and only the other one is told that nobody will come', async () => {
  const pool = `${POOL}-two`;
  await using slow = await startTestBridge(pool);
  await using other = await startTestBridge(pool);
  await using gateway = await startGateway({ POOLS: pool });
  const entry = await addBusiness({ pool, maxConcurrentCalls: 50 });
  await vi.waitUntil(async () => {
    await putThrough(gateway, incomingCall(entry.number));
    return slow.reservations.length > 0 && other.reservations.length > 0;
  }, WITHIN);
  for (const bridge of [slow, other]) bridge.answersLate = 1;
  const params = incomingCall(entry.number);
  // Whichever that is.
  expect((await postWebhook(gateway, INCOMING, params)).body).toContain('<Stream');
  const asked = (bridge: typeof slow) => bridge.reservations.filter(({ callSid }) => callSid === params.CallSid).length;
  const [taker, late] = asked(slow) === 2 ? [slow, other] : [other, slow];
  expect([asked(taker), asked(late)]).toEqual([2, 1]);
  await vi.waitUntil(() => late.releases.length > 0, { timeout: 2_000 });
  expect(late.releases).toMatchObject([{ callSid: params.CallSid }]);
  expect(taker.releases).toEqual([]);
});

test('a bridge is late and another one takes the call: the late one is told that nobody will come', async () => {
  const pool = `${POOL}-other`;
  await using one = await startTestBridge(pool);
  await using another = await startTestBridge(pool);
  // Of two with as many calls the first by name is asked first; who got the last call is asked last until it speaks again.
  const [slow, other] = one.podId < another.podId ? [one, another] : [another, one];
  await using gateway = await startGateway({ POOLS: pool });
  const entry = await addBusiness({ pool, maxConcurrentCalls: 50 });
  await putThrough(gateway, incomingCall(entry.number));
  await vi.waitUntil(
    async () => {
      slow.answersLate = 1;
      expect((await postWebhook(gateway, INCOMING, incomingCall(entry.number))).body).toContain('<Stream');
      return slow.releases.length > 0;
    },
    { ...WITHIN, interval: 250 },
  );
  const [released] = slow.releases;
  expect(other.reservations.map(({ callSid }) => callSid)).toContain(released?.callSid);
  expect(other.releases).toEqual([]);
});
