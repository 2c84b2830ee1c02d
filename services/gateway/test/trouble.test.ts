// Pins: callers who wait for what is broken behind the gateway, or hear Twilio's own error message.
import { WireError } from '@frontdesk/contracts/wire-error';
import type { RunningGateway } from '@frontdesk/gateway/service';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest } from '@frontdesk/messaging/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLines } from '../src/outbound/lines/lines.ts';
import {
  addBusiness,
  INCOMING,
  incomingCall,
  postWebhook,
  startGateway,
  startTestBridge,
  type TestBridge,
} from './world.ts';

const POOL = 'trouble-test';
const away = () => Promise.reject(new WireError('unavailable', 'not connected'));

let admin: Messaging;
let bridge: TestBridge;
/** NATS answers nothing: lines, records and the queue fail at once, as the client lets them while disconnected. */
let cutOff: RunningGateway;

beforeAll(async () => {
  admin = await connectForTest('gateway');
  bridge = await startTestBridge(POOL);
  const lines = { ...(await createLines(admin)), take: away, keep: away };
  cutOff = await startGateway({ POOLS: POOL }, { lines, records: { head: away } });
});
afterAll(async () => {
  await cutOff[Symbol.asyncDispose]();
  await bridge[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
});

test('without NATS a caller can leave a message, and need not wait to be told', async () => {
  const entry = await addBusiness({ pool: POOL });
  await expect.poll(async () => (await postWebhook(cutOff, INCOMING, incomingCall(entry.number))).status).toBe(200);
  const startedAt = performance.now();
  const { body } = await postWebhook(cutOff, INCOMING, incomingCall(entry.number));
  expect(performance.now() - startedAt).toBeLessThan(500);
  expect(body).toMatch(/leave a message.*<Record/);
});

test('without NATS a business that wants its callers with a person gets them', async () => {
  const entry = await addBusiness({ pool: POOL });
  const number = '+13125550177';
  const wanted = await addBusiness({ ...entry, profile: { ...entry.profile, fallback: { kind: 'human', number } } });
  await expect
    .poll(async () => (await postWebhook(cutOff, INCOMING, incomingCall(wanted.number))).body)
    .toContain(`<Number>${number}</Number>`);
});

test('a line that NATS gives out after nobody waits for it any more is free again at once, not when it expires', async () => {
  const real = await createLines(admin);
  const lines: typeof real = {
    ...real,
    async take(...wish) {
      await real.take(...wish);
      throw new WireError('unavailable', 'the answer came too late');
    },
  };
  await using gateway = await startGateway({ POOLS: POOL }, { lines });
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 1 });
  await expect
    .poll(async () => (await postWebhook(gateway, INCOMING, incomingCall(entry.number))).body)
    .toMatch(/leave a message.*<Record/);
  expect(await real.busy(entry.businessId)).toBe(1);
  await expect.poll(() => real.busy(entry.businessId), { timeout: 5_000 }).toBe(0);
});

test('a fault of ours is heard as an apology, and the line is free again', async () => {
  const faulty = {
    reserve: () => Promise.reject(new TypeError('a bug')),
    nextStep: async () => 'gone' as const,
    watch: () => ({ [Symbol.dispose]: () => undefined }),
    unreachable: () => undefined,
    reached: () => undefined,
    callOver: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  await using gateway = await startGateway({ POOLS: POOL }, { bridges: faulty, lines: await createLines(admin) });
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 1 });
  for (let call = 0; call < 2; call += 1) {
    await expect
      .poll(async () => (await postWebhook(gateway, INCOMING, incomingCall(entry.number))).body)
      .toMatch(/cannot take your call.*<Hangup\/>/);
  }
});
