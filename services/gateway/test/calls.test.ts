// Pins: unsigned webhooks believed, callers left without a word, one line given twice, a repeated webhook reserving twice,
// and status callbacks acknowledged before they are stored.

import { cloudEvent, eventSubject } from '@frontdesk/contracts/event';
import { callCompleted, callRejected } from '@frontdesk/contracts/events/call';
import { numberUnknown } from '@frontdesk/contracts/events/number';
import type { RunningGateway } from '@frontdesk/gateway/service';
import { connectForTest } from '@frontdesk/messaging/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  ACCOUNT_TOKEN,
  addBusiness,
  incomingCall,
  newCallSid,
  newNumber,
  OPERATOR_TOKEN,
  postWebhook,
  startGateway,
  startTestBridge,
  type TestBridge,
} from './world.ts';

const INCOMING = '/api/v1/voice/incoming';
const POOL = 'calls-test';
let gateway: RunningGateway;
let bridge: TestBridge;

beforeAll(async () => {
  gateway = await startGateway({ POOLS: POOL });
  bridge = await startTestBridge(POOL);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await bridge[Symbol.asyncDispose]();
});

/** The directory and the announcements reach the gateway a moment after they are written. */
const connected = (params: Record<string, string>) =>
  vi.waitUntil(
    async () => {
      const answer = await postWebhook(gateway, INCOMING, params, ACCOUNT_TOKEN);
      return answer.body.includes('<Stream') ? answer : undefined;
    },
    { timeout: 5_000, interval: 50 },
  );

/** The newest event on a subject, once it is about this call. */
async function storedEvent(subject: string, callSid: string) {
  await using reader = await connectForTest('admin');
  const manager = await jetstreamManager(reader.raw);
  return await vi.waitFor(
    async () => {
      const message = await manager.streams.getMessage('EVENTS', { last_by_subj: subject });
      const event = cloudEvent.parse(message?.json());
      expect(event.subject).toBe(callSid);
      return event;
    },
    { timeout: 5_000, interval: 50 },
  );
}

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

test('a number that belongs to nobody gets a spoken apology, and the operator an event', async () => {
  const params = incomingCall(newNumber());
  const answer = await postWebhook(gateway, INCOMING, params, OPERATOR_TOKEN);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatch(/<Say>.*not in service.*<\/Say><Hangup\/>/);
  const event = await storedEvent(eventSubject(numberUnknown, '_'), params.CallSid);
  expect(event.data).toMatchObject({ callSid: params.CallSid, to: params.To });
});

test('lines are exact: with one line the second caller hears that it is busy, and the business learns of it', async () => {
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 1 });
  await connected(incomingCall(entry.number));
  const params = incomingCall(entry.number);
  const answer = await postWebhook(gateway, INCOMING, params);
  expect(answer.body).toMatch(/<Say>.*lines are busy.*<\/Say><Hangup\/>/);
  const event = await storedEvent(eventSubject(callRejected, entry.businessId), params.CallSid);
  expect(event.data).toMatchObject({ callSid: params.CallSid, reason: 'lines_busy' });
});

test('when no bridge takes the call the caller hears an apology, and the line is free again', async () => {
  const entry = await addBusiness({ pool: POOL, maxConcurrentCalls: 1 });
  const warm = incomingCall(entry.number);
  bridge.refuse = true;
  const answer = await vi.waitUntil(
    async () => {
      const reply = await postWebhook(gateway, INCOMING, { ...warm, CallSid: newCallSid() });
      return reply.body.includes('cannot take your call') ? reply : undefined;
    },
    { timeout: 5_000 },
  );
  expect(answer.body).toContain('<Hangup/>');
  bridge.refuse = false;
  await connected(incomingCall(entry.number));
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

test('after the stream the owner of the call says what comes next; a lost owner gets an apology, a bad token a hang-up', async () => {
  const entry = await addBusiness({ pool: POOL });
  const params = incomingCall(entry.number);
  const { body } = await connected(params);
  const path = /https:\/\/frontdesk\.test([^<]+)<\/Redirect>/.exec(body)?.[1] ?? '';
  expect((await postWebhook(gateway, path, params)).body).toContain('<Response><Hangup/></Response>');
  bridge.reservations.splice(0);
  expect((await postWebhook(gateway, path, params)).body).toMatch(/cut off.*<Hangup\/>/);
  const forged = await postWebhook(gateway, `${path}x`, params);
  expect(forged.body).toContain('<Response><Hangup/></Response>');
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

test('a call token is good for its own call only', async () => {
  const entry = await addBusiness({ pool: POOL });
  const params = incomingCall(entry.number);
  const { body } = await connected(params);
  const path = /https:\/\/frontdesk\.test([^<]+)<\/Redirect>/.exec(body)?.[1] ?? '';
  const stranger = await postWebhook(gateway, path, incomingCall(entry.number));
  expect(stranger.body).toContain('<Response><Hangup/></Response>');
  bridge.reservations.splice(0);
  // The owner was not asked for the stranger: it would have been gone for the right call, too, which is told so.
  expect((await postWebhook(gateway, path, params)).body).toContain('cut off');
});

test('a gateway that is told to stop answers the calls that are ringing', async () => {
  const stopping = await startGateway({ POOLS: POOL });
  const entry = await addBusiness({ pool: POOL });
  await vi.waitUntil(
    async () => (await postWebhook(stopping, INCOMING, incomingCall(entry.number))).body.includes('<Stream'),
    {
      timeout: 5_000,
      interval: 50,
    },
  );
  bridge.answerAfterMs = 250;
  const ringing = postWebhook(stopping, INCOMING, incomingCall(entry.number));
  await vi.waitUntil(() => bridge.reservations.length > 0 && bridge.reservations.at(-1)?.to === entry.number);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await stopping[Symbol.asyncDispose]();
  bridge.answerAfterMs = 0;
  expect((await ringing).body).toContain('<Stream');
});
