// Pins: a bridge that accepted a call too late, and keeps a place and a line for a stream that goes to another one.
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

test('a bridge that does not answer in time is told that nobody will come', async () => {
  await using slow = await startTestBridge(POOL);
  await using gateway = await startGateway({ POOLS: POOL });
  const entry = await addBusiness({ pool: POOL });
  await putThrough(gateway, incomingCall(entry.number));
  expect(slow.releases).toEqual([]);
  slow.answerAfterMs = 700;
  const params = incomingCall(entry.number);
  expect((await postWebhook(gateway, INCOMING, params)).body).not.toContain('<Stream');
  await vi.waitUntil(() => slow.releases.length > 0, { timeout: 2_000 });
  const { callSid, reservationId } = slow.reservations.at(-1) ?? {};
  expect(callSid).toBe(params.CallSid);
  expect(slow.releases).toEqual([{ businessId: entry.businessId, callSid, reservationId }]);
});
