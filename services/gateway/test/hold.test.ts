// Pins: callers who overtake each other, a line that stays free while somebody waits, a queue held up by a caller who has
// gone, and no way out for one who does not want to wait.
import { eventSubject } from '@frontdesk/contracts/event';
import { callRejected } from '@frontdesk/contracts/events/call';
import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import { queue } from '@frontdesk/contracts/kv/queue';
import type { RunningGateway } from '@frontdesk/gateway/service';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest } from '@frontdesk/messaging/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  addBusiness,
  askedOnce,
  INCOMING,
  incomingCall,
  newCallSid,
  postWebhook,
  putThrough,
  redirectOf,
  ringUntil,
  startGateway,
  startTestBridge,
  storedEvent,
  type TestBridge,
  targetOf,
} from './world.ts';

const POOL = 'hold-test';
let gateways: [RunningGateway, RunningGateway];
let bridge: TestBridge;
let admin: Messaging;

beforeAll(async () => {
  gateways = [await startGateway({ POOLS: POOL }), await startGateway({ POOLS: POOL })];
  bridge = await startTestBridge(POOL);
  admin = await connectForTest('gateway');
});
afterAll(async () => {
  for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
  await bridge[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
});

interface Waiting {
  params: ReturnType<typeof incomingCall>;
  body: string;
}

/** A business with every line in use. */
async function busyBusiness(maxConcurrentCalls = 1) {
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls });
  const calls = [];
  for (let call = 0; call < maxConcurrentCalls; call += 1) {
    const params = incomingCall(entry.number);
    await putThrough(gateways[0], params);
    calls.push(params.CallSid);
  }
  // The other replica knows the business as well.
  await vi.waitFor(async () => expect((await postWebhook(gateways[1], INCOMING, {})).status).toBe(403), 5_000);
  const bucket = await admin.bucket(lines);
  const free = async (line: number) => void (await bucket.delete(lineKey(entry.businessId, line)));
  return { entry, calls, free };
}

async function arrive(number: string, from = '+13125550199', gateway = gateways[0]): Promise<Waiting> {
  const params = incomingCall(number, newCallSid(), { From: from });
  return { params, body: (await postWebhook(gateway, INCOMING, params)).body };
}

/** The next round; the caller is on hold, or not any more. */
async function poll({ params, body }: Waiting, key?: string, gateway = gateways[1]): Promise<Waiting> {
  const answer = await postWebhook(gateway, redirectOf(body), { ...params, ...(key ? { Digits: key } : {}) });
  return { params, body: answer.body };
}

const tickets = async (businessId: string) => (await admin.bucket(queue)).keys(`${businessId}.*`);

test('when all lines are busy a caller waits, hears where they stand, and is served as soon as a line is free', async () => {
  const { entry, free } = await busyBusiness();
  let one = await arrive(entry.number);
  expect(one.body).toMatch(/lines are busy.*next in line.*Press 1.*Press 2/);
  expect(askedOnce(one.body)).toEqual([]);
  let two = await arrive(entry.number);
  expect(two.body).toContain('number 2 in line');
  one = await poll(one);
  expect(one.body).toMatch(/next in line. Please stay on the line/);

  await free(0);
  // Neither the second nor somebody new gets the line of the first.
  two = await poll(two);
  expect(two.body).toContain('number 2 in line');
  const newcomer = await arrive(entry.number);
  expect(newcomer.body).toContain('number 3 in line');
  one = await poll(one);
  expect(one.body).toContain('<Stream');
  await vi.waitFor(async () => expect(await tickets(entry.businessId)).toHaveLength(2));
  two = await poll(two);
  expect(two.body).toContain('next in line');
});

test('a round that Twilio repeats, at another replica, leads to the bridge that has the call already', async () => {
  await using second = await startTestBridge(POOL);
  const { entry, free } = await busyBusiness();
  const one = await arrive(entry.number);
  await free(0);
  const served = await poll(one);
  const owner = [bridge, second].find(({ podId }) => podId === targetOf(served.body));
  await owner?.record(one.params.CallSid);
  for (const gateway of gateways) {
    expect(targetOf((await poll(one, undefined, gateway)).body)).toBe(owner?.podId);
  }
});

test('with two lines free the first two are served, whoever asks first', async () => {
  const { entry, free } = await busyBusiness(2);
  const callers = [await arrive(entry.number), await arrive(entry.number), await arrive(entry.number)];
  await free(0);
  await free(1);
  const served = [];
  for (const caller of callers.toReversed()) served.push((await poll(caller)).body.includes('<Stream'));
  expect(served).toEqual([false, true, true]);
});

test('a caller who hangs up leaves the queue', async () => {
  const { entry } = await busyBusiness();
  const one = await arrive(entry.number);
  const two = await arrive(entry.number);
  const status = { ...one.params, CallStatus: 'completed', SequenceNumber: '3', CallDuration: '9' };
  expect((await postWebhook(gateways[1], '/api/v1/voice/call-status', status)).status).toBe(204);
  await vi.waitFor(async () => expect((await poll(two)).body).toContain('next in line'));
});

test('1 asks for a call back, and the business learns of it', async () => {
  const { entry } = await busyBusiness();
  const one = await arrive(entry.number);
  expect((await poll(one, '1')).body).toMatch(/call you back.*<Hangup\/>/);
  const event = await storedEvent(eventSubject(callbackRequested, entry.businessId), one.params.CallSid);
  expect(event.data).toMatchObject({ from: '+13125550199', to: entry.number, reason: 'on_hold' });
  expect(await tickets(entry.businessId)).toEqual([]);
});

test('a caller without a number is not offered a call back; 2 leaves a message', async () => {
  const { entry } = await busyBusiness();
  const one = await arrive(entry.number, 'anonymous');
  expect(one.body).not.toContain('Press 1');
  const pressed = await poll(one, '1');
  expect(pressed.body).toContain('next in line');
  expect((await poll(pressed, '2')).body).toMatch(/leave a message.*<Record/);
  expect(await tickets(entry.businessId)).toEqual([]);
});

test('bridges that are full make callers wait, too, and the line is not kept for nothing', async () => {
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 1 });
  const first = incomingCall(entry.number);
  await putThrough(gateways[0], first);
  await (await admin.bucket(lines)).delete(lineKey(entry.businessId, 0));
  bridge.refuse = true;
  const one = await arrive(entry.number);
  expect(one.body).toContain('next in line');
  expect(await (await admin.bucket(lines)).keys(`${entry.businessId}.*`)).toEqual([]);
  expect((await poll(one)).body).toContain('next in line');
  bridge.refuse = false;
  expect((await poll(one)).body).toContain('<Stream');
});

test('nobody waits for ever, and the queue has an end', async () => {
  await using impatient = await startGateway({ POOLS: POOL, HOLD_MOST: '1ms' });
  const { entry } = await busyBusiness();
  const one = await arrive(entry.number);
  const gaveUp = await vi.waitUntil(async () => {
    const { body } = await poll(one, undefined, impatient);
    return body.includes('<Record') ? body : undefined;
  });
  expect(gaveUp).toMatch(/still busy.*leave a message/);
  const event = await storedEvent(eventSubject(callRejected, entry.businessId), one.params.CallSid);
  expect(event.data).toMatchObject({ reason: 'lines_busy' });

  for (let call = 0; call < 10; call += 1) await arrive(entry.number, `+131255501${10 + call}`);
  const last = await arrive(entry.number);
  expect(last.body).toMatch(/call again in a few minutes.*<Hangup\/>/);
});

test('fifty callers race for five lines: no line twice, and those who wait are served in the order they came', async () => {
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 5 });
  await ringUntil(
    gateways[0],
    () => incomingCall(entry.number),
    ({ body }) => /<Stream|in line/.test(body),
  );
  const rest = await Promise.all(
    Array.from({ length: 49 }, (_, at) =>
      arrive(entry.number, `+131255501${String(at).padStart(2, '0')}`, gateways[at % 2]),
    ),
  );
  const waiting = rest.filter(({ body }) => !body.includes('<Stream'));
  expect(waiting).toHaveLength(45);
  const bucket = await admin.bucket(lines);
  const order = new Map((await tickets(entry.businessId)).toSorted().map((key, place) => [key, place]));
  expect(order.size).toBe(45);
  await bucket.delete(lineKey(entry.businessId, 3));
  const polled = await Promise.all(waiting.map((caller, at) => poll(caller, undefined, gateways[at % 2])));
  expect(polled.filter(({ body }) => body.includes('<Stream'))).toHaveLength(1);
  expect(await bucket.keys(`${entry.businessId}.*`)).toHaveLength(5);
  const [first] = [...order.keys()];
  await vi.waitFor(async () => expect(await tickets(entry.businessId)).not.toContain(first));
  expect(await tickets(entry.businessId)).toHaveLength(44);
});
