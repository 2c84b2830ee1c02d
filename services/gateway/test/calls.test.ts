// Pins: unsigned webhooks believed, callers left without a word, at the first webhook or a repeated one, one line given
// twice, a repeated webhook reserving twice, and status callbacks acknowledged before they are stored.

import { eventSubject } from '@frontdesk/contracts/event';
import { callCompleted, callRejected } from '@frontdesk/contracts/events/call';
import { numberUnknown } from '@frontdesk/contracts/events/number';
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import type { RunningGateway } from '@frontdesk/gateway/service';
import { connectForTest } from '@frontdesk/messaging/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  ACCOUNT_SID,
  addBusiness,
  INCOMING,
  incomingCall,
  newCallSid,
  newNumber,
  OPERATOR_TOKEN,
  postWebhook,
  putThrough,
  ringUntil,
  startGateway,
  startTestBridge,
  storedEvent,
  type TestBridge,
  targetOf,
} from './world.ts';

const POOL = 'calls-test';
let gateway: RunningGateway;
let bridge: TestBridge;

beforeAll(async () => {
  gateway = await startGateway({ POOLS: `${POOL},${POOL}-empty` });
  bridge = await startTestBridge(POOL);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await bridge[Symbol.asyncDispose]();
});

const connected = (params: Record<string, string>) => putThrough(gateway, params);

test('a signed webhook is answered with a stream to the reserved bridge and a way back', async () => {
  const entry = await addBusiness({ pool: POOL });
  const params = incomingCall(entry.number);
  const answer = await connected(params);
  expect(answer.body).toContain(`wss://frontdesk.test/media-stream/${entry.businessId}/`);
  expect(answer.body).toContain('https://frontdesk.test/api/v1/voice/continue/');
  const reservation = bridge.reservations.find((each) => each.callSid === params.CallSid);
  expect(reservation).toMatchObject({ businessId: entry.businessId, from: '+13125550199', attestation: 'none' });
});

test('a repeated webhook gets the same answer and reserves once', async () => {
  const entry = await addBusiness({ pool: POOL });
  const params = incomingCall(entry.number);
  const first = await connected(params);
  const second = await postWebhook(gateway, INCOMING, params);
  expect(second.body).toBe(first.body);
  expect(bridge.reservations.filter((each) => each.callSid === params.CallSid)).toHaveLength(1);
});

test.each([
  ['without a signature', null],
  ['signed with another token', 'a-token-of-somebody-else'],
])('a webhook %s is refused', async (_what, authToken) => {
  const entry = await addBusiness({ pool: POOL });
  await connected(incomingCall(entry.number));
  const params = incomingCall(entry.number);
  expect((await postWebhook(gateway, INCOMING, params, authToken)).status).toBe(403);
  expect(bridge.reservations.some((each) => each.callSid === params.CallSid)).toBe(false);
});

test.each([
  ['a broken JSON body', 'application/json', '{'],
  ['XML', 'text/xml', '<a/>'],
  ['a form without a signature', 'application/x-www-form-urlencoded', 'To=x'],
])(
  '%s is refused like everything unsigned, with or without a header that claims a signature',
  async (_what, type, body) => {
    for (const headers of [{ 'content-type': type }, { 'content-type': type, 'x-twilio-signature': 'a' }]) {
      const url = `http://127.0.0.1:${gateway.port}${INCOMING}`;
      expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(403);
    }
  },
);

test('a business whose token cannot be read is nobody’s to speak for, and nothing else suffers', async () => {
  const entry = await addBusiness({
    pool: POOL,
    twilio: { accountSid: ACCOUNT_SID, authTokenEncrypted: 'k9.bm90aGluZw.bm90aGluZw' },
  });
  const fine = await addBusiness({ pool: POOL });
  await connected(incomingCall(fine.number));
  expect((await postWebhook(gateway, INCOMING, incomingCall(entry.number))).status).toBe(403);
});

test('a gateway knows every business before it listens', async () => {
  const entry = await addBusiness({ pool: POOL });
  await using fresh = await startGateway({ POOLS: POOL });
  const { status, body } = await postWebhook(fresh, INCOMING, incomingCall(entry.number));
  expect([status, body.includes('not in service')]).toEqual([200, false]);
});

test('a repeated webhook finds its line however far on it is, and takes no second one', async () => {
  await using other = await startGateway({ POOLS: POOL });
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 12 });
  await using admin = await connectForTest('gateway');
  const bucket = await admin.bucket(lines);
  const params = incomingCall(entry.number);
  const first = Number.parseInt(params.CallSid.slice(2, 10), 16) % 12;
  const blocked = Array.from({ length: 6 }, (_, step) => lineKey(entry.businessId, (first + step) % 12));
  for (const key of blocked) await bucket.create(key, { callSid: newCallSid() });
  const { body } = await connected(params);
  await bridge.record(params.CallSid);
  await bucket.delete(blocked[0] ?? '');
  await putThrough(other, params);
  expect(targetOf(body)).toBe(bridge.podId);
  const keys = await bucket.keys(`${entry.businessId}.*`);
  const holders = await Promise.all(keys.map(async (key) => (await bucket.get(key))?.value.callSid));
  expect(holders.filter((callSid) => callSid === params.CallSid)).toHaveLength(1);
  expect(bridge.reservations.filter(({ callSid }) => callSid === params.CallSid).map(({ line }) => line)).toEqual([
    (first + 6) % 12,
    (first + 6) % 12,
  ]);
});

test('a number that belongs to nobody gets a spoken apology, and the operator an event', async () => {
  const params = incomingCall(newNumber());
  const answer = await postWebhook(gateway, INCOMING, params, OPERATOR_TOKEN);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatch(/<Say>.*not in service.*<\/Say><Hangup\/>/);
  const event = await storedEvent(eventSubject(numberUnknown, '_'), params.CallSid);
  expect(event.data).toMatchObject({ callSid: params.CallSid, to: params.To });
});

test('where no bridge is the caller hears an apology, the business learns of it, and the line is free again', async () => {
  const entry = await addBusiness({ pool: 'calls-test-empty', maxConcurrentCalls: 1 });
  for (let call = 0; call < 2; call += 1) {
    const params = incomingCall(entry.number);
    const answer = await ringUntil(
      gateway,
      () => params,
      ({ status }) => status === 200,
    );
    expect(answer.body).toMatch(/cannot take your call.*<Hangup\/>/);
    const event = await storedEvent(eventSubject(callRejected, entry.businessId), params.CallSid);
    expect(event.data).toMatchObject({ callSid: params.CallSid, reason: 'no_bridge' });
  }
});

test('a number that calls too often hears so, politely, and others get through', async () => {
  await using strict = await startGateway({ POOLS: POOL, CALLER_LIMIT: '1' });
  const entry = await addBusiness({ pool: POOL });
  await connected(incomingCall(entry.number));
  const call = (callSid: string, from: string) =>
    postWebhook(strict, INCOMING, incomingCall(entry.number, callSid, { From: from }));
  // Callers who withhold their number are not counted.
  const anonymous = () => incomingCall(entry.number, newCallSid(), { From: 'anonymous' });
  await ringUntil(strict, anonymous, ({ body }) => /<Stream|in line/.test(body));
  expect((await call(newCallSid(), '+13125550188')).body).toMatch(/<Stream|in line/);
  const flooding = newCallSid();
  expect((await call(flooding, '+13125550188')).body).toMatch(/many calls from this number.*<Hangup\/>/);
  const event = await storedEvent(eventSubject(callRejected, entry.businessId), flooding);
  expect(event.data).toMatchObject({ reason: 'caller_flooding' });
  expect((await call(newCallSid(), '+13125550189')).body).toMatch(/<Stream|in line/);
});

test('the webhook repeated at another replica leads to the same bridge, and no second line is taken', async () => {
  await using other = await startGateway({ POOLS: POOL });
  await using otherBridge = await startTestBridge(POOL);
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 2 });
  await connected(incomingCall(entry.number));
  const params = incomingCall(entry.number);
  const first = await connected(params);
  const owner = [bridge, otherBridge].find((each) =>
    each.reservations.some(({ callSid }) => callSid === params.CallSid),
  );
  await owner?.record(params.CallSid);
  const second = await putThrough(other, params);
  expect(targetOf(second.body)).toBe(targetOf(first.body));
  expect(targetOf(second.body)).toBe(owner?.podId);
  await using reader = await connectForTest('gateway');
  expect(await (await reader.bucket(lines)).keys(`${entry.businessId}.*`)).toHaveLength(2);
});

/** A call with one bridge, whose webhook Twilio repeats at another replica. */
async function repeatedCall(changes: Parameters<typeof addBusiness>[0] = {}) {
  const other = await startGateway({ POOLS: POOL });
  const entry = await addBusiness({ pool: POOL, ...changes });
  await ringUntil(
    other,
    () => incomingCall(entry.number),
    ({ status }) => status === 200,
  );
  const params = incomingCall(entry.number);
  await connected(params);
  await bridge.record(params.CallSid);
  const businessLines = async () => {
    await using reader = await connectForTest('gateway');
    const bucket = await reader.bucket(lines);
    const keys = await bucket.keys(`${entry.businessId}.*`);
    const holders = await Promise.all(keys.map(async (key) => (await bucket.get(key))?.value.callSid));
    return holders.filter((callSid) => callSid === params.CallSid);
  };
  return { other, params, businessLines };
}

test('a repeated webhook of a call that nobody can take is not hung up without a word, and its line is free', async () => {
  const { other, params, businessLines } = await repeatedCall();
  await using _ = other;
  bridge.refuse = true;
  try {
    const { body } = await postWebhook(other, INCOMING, params);
    expect(body).toMatch(/cut off.*call you back.*<Hangup\/>/);
    expect(await businessLines()).toEqual([]);
  } finally {
    bridge.refuse = false;
  }
});

test('a repeated webhook of a call that is moved at that moment leads to its new bridge', async () => {
  const { other, params } = await repeatedCall();
  await using _ = other;
  await using taker = await startTestBridge(`${POOL}-elsewhere`);
  Object.assign(bridge, { refuse: true, refusals: 0, reason: 'claimed_elsewhere', answerAfterMs: 150 });
  try {
    const repeated = postWebhook(other, INCOMING, params);
    await vi.waitUntil(() => bridge.refusals > 0, { interval: 5 });
    await taker.record(params.CallSid, { epoch: 2 });
    expect(targetOf((await repeated).body)).toBe(taker.podId);
  } finally {
    Object.assign(bridge, { refuse: false, reason: 'full', answerAfterMs: 0 });
  }
});

test('the webhook of a call that is over starts no second conversation', async () => {
  await using other = await startGateway({ POOLS: POOL });
  const entry = await addBusiness({ pool: POOL });
  const params = incomingCall(entry.number);
  await connected(params);
  await bridge.record(params.CallSid);
  await bridge.finish(params.CallSid);
  const repeated = await ringUntil(
    other,
    () => params,
    ({ status }) => status === 200,
  );
  expect(repeated.body).toContain('<Response><Hangup/></Response>');
});

test('a status callback is acknowledged once the event is stored; progress needs none', async () => {
  const entry = await addBusiness({ pool: POOL });
  await connected(incomingCall(entry.number));
  const callSid = newCallSid();
  const status = { ...incomingCall(entry.number, callSid), SequenceNumber: '3', CallDuration: '42' };
  const path = '/api/v1/voice/call-status';
  expect((await postWebhook(gateway, path, { ...status, CallStatus: 'in-progress' })).status).toBe(204);
  expect((await postWebhook(gateway, path, { ...status, CallStatus: 'completed' })).status).toBe(204);
  const event = await storedEvent(eventSubject(callCompleted, entry.businessId), callSid);
  expect(event).toMatchObject({
    id: `${callSid}:completed`,
    data: { callSid, status: 'completed', durationSeconds: 42 },
  });
  expect((await postWebhook(gateway, path, { ...status, CallStatus: 'nonsense' })).status).toBe(400);
});

// Pins: a caller who hung up while the stream was lost, and the call that waited ten seconds for another one.
test('the bridge that has a call is told when Twilio says that it is over, and no other bridge', async () => {
  const entry = await addBusiness({ pool: POOL });
  const [talking, ending] = [incomingCall(entry.number), incomingCall(entry.number)];
  for (const params of [talking, ending]) await connected(params);
  await bridge.record(talking.CallSid);
  await bridge.record(ending.CallSid, { phase: 'ending', next: { kind: 'hangup' } });
  const other = await addBusiness({ pool: POOL });
  const path = '/api/v1/voice/call-status';
  const status = { SequenceNumber: '1', CallDuration: '42', CallStatus: 'completed' };
  expect((await postWebhook(gateway, path, { ...ending, ...status })).status).toBe(204);
  expect((await postWebhook(gateway, path, { ...talking, ...status, To: other.number })).status).toBe(204);
  expect((await postWebhook(gateway, path, { ...talking, ...status, CallStatus: 'ringing' })).status).toBe(204);
  expect((await postWebhook(gateway, path, { ...talking, ...status })).status).toBe(204);
  await vi.waitUntil(() => bridge.overs.length > 0, { timeout: 2_000 });
  expect(bridge.overs).toEqual([{ businessId: entry.businessId, callSid: talking.CallSid }]);
});

test('the same CallSid at another business’s number is another call: no answer is shared', async () => {
  const [one, other] = [await addBusiness({ pool: POOL }), await addBusiness({ pool: POOL })];
  const params = incomingCall(one.number);
  await connected(params);
  const answer = await connected({ ...params, To: other.number });
  expect(answer.body).toContain(`/media-stream/${other.businessId}/`);
  expect(answer.body).not.toContain(one.businessId);
});

test('a webhook of another Twilio account is refused, although it is signed with the right token', async () => {
  const entry = await addBusiness({ pool: POOL });
  await connected(incomingCall(entry.number));
  const params = incomingCall(entry.number, newCallSid(), { AccountSid: `AC${'2'.repeat(32)}` });
  expect((await postWebhook(gateway, INCOMING, params)).status).toBe(403);
});

test('a gateway that is told to stop answers the calls that are ringing', async () => {
  const stopping = await startGateway({ POOLS: POOL });
  const entry = await addBusiness({ pool: POOL });
  await putThrough(stopping, incomingCall(entry.number));
  bridge.answerAfterMs = 250;
  const before = bridge.reservations.length;
  const ringing = postWebhook(stopping, INCOMING, incomingCall(entry.number));
  await vi.waitUntil(() => bridge.reservations.length > before);
  await stopping[Symbol.asyncDispose]();
  bridge.answerAfterMs = 0;
  expect((await ringing).body).toContain('<Stream');
});
