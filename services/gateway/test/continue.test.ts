// Pins: a call lost with its bridge, or with NATS for a second, moved while its owner still has it or is only slow, moved
// twice, or begun again after it was over; callers without a receptionist left without a word, and an answer that comes
// when Twilio has given up.
import { eventSubject } from '@frontdesk/contracts/event';
import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { RunningGateway } from '@frontdesk/gateway/service';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import { connectForTest } from '@frontdesk/messaging/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCallRecords } from '../src/outbound/call-record.ts';
import {
  addBusiness,
  askedOnce,
  attributeOf,
  incomingCall,
  newCallSid,
  postWebhook,
  putThrough,
  redirectOf,
  startGateway,
  startTestBridge,
  storedEvent,
  type TestBridge,
  targetOf,
} from './world.ts';

let pool: string;
let pools = 0;
let gateway: RunningGateway;
let bridges: [TestBridge, TestBridge];

beforeEach(async () => {
  pools += 1;
  pool = `continue-test-${pools}`;
  gateway = await startGateway({ POOLS: pool });
  bridges = [await startTestBridge(pool), await startTestBridge(pool)];
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const bridge of bridges) await bridge[Symbol.asyncDispose]();
});

/** A call that talks to one of the bridges. */
async function talking(changes: Parameters<typeof addBusiness>[0] = {}, callChanges: Record<string, string> = {}) {
  const entry = await addBusiness({ pool, ...changes });
  const params = incomingCall(entry.number, newCallSid(), callChanges);
  const { body } = await putThrough(gateway, params);
  const [one, two] = bridges;
  const [owner, other] = targetOf(body) === one.podId ? [one, two] : [two, one];
  await owner.record(params.CallSid);
  return { entry, params, owner, other, path: redirectOf(body) };
}

const goOn = (path: string, params: Record<string, string>) => postWebhook(gateway, path, params);
const HANGUP = '<Response><Hangup/></Response>';

test('the owner says what comes next: hang up, or another stream to it', async () => {
  const { params, owner, path } = await talking();
  expect((await goOn(path, params)).body).toContain(HANGUP);
  owner.next = { kind: 'stream', reservationId: 'ab'.repeat(16) };
  const { body } = await goOn(path, params);
  expect(targetOf(body)).toBe(owner.podId);
  expect(redirectOf(body)).not.toBe('');
  expect(askedOnce(body)).toEqual([]);
  expect(owner.reservations.filter(({ callSid }) => callSid === params.CallSid)).toHaveLength(1);
});

test.each([
  ['frozen', (owner: TestBridge) => Object.assign(owner, { frozen: true })],
  [
    'one that does not know the call any more',
    (owner: TestBridge) => Object.assign(owner, { next: undefined, refuse: true }),
  ],
])('an owner that is %s: another bridge takes the call over, once, with the same line', async (_what, lose) => {
  const { entry, params, owner, other, path } = await talking();
  lose(owner);
  const startedAt = performance.now();
  const { body } = await goOn(path, params);
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  expect(targetOf(body)).toBe(other.podId);
  const [first] = owner.reservations.filter(({ callSid }) => callSid === params.CallSid);
  const [taken, ...more] = other.reservations.filter(({ callSid }) => callSid === params.CallSid);
  expect(more).toEqual([]);
  expect(taken).toMatchObject({ mode: 'resume', epoch: 1, line: first?.line, businessId: entry.businessId });
  expect(taken?.reservationId).not.toBe(first?.reservationId);
  expect(taken?.continueUrl).toContain('https://frontdesk.test/api/v1/voice/continue/');
  expect(taken?.twilioAuthTokenEncrypted).toBe(entry.twilio.authTokenEncrypted);
  await using reader = await connectForTest('gateway');
  const line = await (await reader.bucket(lines)).get(lineKey(entry.businessId, taken?.line ?? -1));
  expect(line?.value.callSid).toBe(params.CallSid);
  // Asked again with the new URL the new owner answers.
  await other.record(params.CallSid, { epoch: 2 });
  expect((await goOn(redirectOf(body), params)).body).toContain(HANGUP);
});

test('a bridge that claims the call and answers too late has it all the same: nobody else is asked, nobody gives up', async () => {
  const { entry, params, owner, other, path } = await talking();
  await using third = await startTestBridge(pool);
  owner.frozen = true;
  for (const bridge of [other, third]) Object.assign(bridge, { claims: true, answerAfterMs: 700 });
  const { body } = await goOn(path, params);
  const takers = [other, third].filter(({ reservations }) => reservations.some(({ mode }) => mode === 'resume'));
  expect(takers.map(({ podId }) => podId)).toEqual([targetOf(body)]);
  await using reader = await connectForTest('gateway');
  expect(await (await reader.bucket(lines)).keys(`${entry.businessId}.*`)).toHaveLength(1);
});

/** Another gateway in place of the one there is. */
async function restartGateway(overrides: Parameters<typeof startGateway>[1]): Promise<void> {
  await gateway[Symbol.asyncDispose]();
  gateway = await startGateway({ POOLS: pool }, overrides);
}

test('an owner that is only slow keeps its call: nobody else is asked for it', async () => {
  const { params, owner, other, path } = await talking();
  await using third = await startTestBridge(pool);
  owner.frozen = true;
  await other.record(params.CallSid, { epoch: 2 });
  // It has claimed the call and is not ready to say what comes next.
  Object.assign(other, { next: undefined, answerAfterMs: 700 });
  const { body } = await goOn(path, params);
  expect(targetOf(body)).toBe(other.podId);
  const asked = [owner, third].filter(({ reservations }) => reservations.some(({ mode }) => mode === 'resume'));
  expect(asked).toEqual([]);
});

test('a bridge that claims the call after the next one was asked has it, and may be slow once more', async () => {
  const { params, owner, other, path } = await talking();
  await using third = await startTestBridge(pool);
  const [late = other, next = third] = [other, third].sort((one, two) => (one.podId < two.podId ? -1 : 1));
  owner.frozen = true;
  Object.assign(late, { claims: true, claimsAfterMs: 450, answerAfterMs: 700 });
  Object.assign(next, { refuse: true, reason: 'claimed_elsewhere', answerAfterMs: 200 });
  const { body } = await goOn(path, params);
  expect(targetOf(body)).toBe(late.podId);
});

test('NATS that is away for a second while a call is moved costs nobody the conversation', async () => {
  await using reader = await connectForTest('gateway');
  const real = await createCallRecords(reader);
  /** Counts the looks at records once the call is to be moved: the first finds the owner gone. */
  let looks: number | undefined;
  let awayUntilMs = 0;
  const head = async (callSid: string) => {
    if (looks !== undefined) looks += 1;
    // The second one is about a bridge that did not answer.
    if (looks === 2) awayUntilMs = performance.now() + 1_000;
    if (performance.now() < awayUntilMs) throw new WireError('unavailable', 'the records cannot be reached now');
    return real.head(callSid);
  };
  await restartGateway({ records: { head } });
  const { params, owner, other, path } = await talking();
  owner.frozen = true;
  const next = { kind: 'stream', reservationId: 'ef'.repeat(16) };
  Object.assign(other, { claims: true, answerAfterMs: 700, next });
  looks = 0;
  const { body } = await goOn(path, params);
  expect(targetOf(body)).toBe(other.podId);
});

test('the answer comes before Twilio gives up, however many are asked in vain', async () => {
  // Four times as fast as it is, so that the test need not wait as long as a caller would.
  const speed = 4;
  const clock: Clock = {
    now: systemClock.now,
    monotonicMs: () => systemClock.monotonicMs() * speed,
    after: (ms, fn) => systemClock.after(ms / speed, fn),
  };
  await restartGateway({ clock });
  const { params, owner, other, path } = await talking();
  await using third = await startTestBridge(pool);
  owner.frozen = true;
  for (const bridge of [other, third]) bridge.answerAfterMs = 700;
  const askedAtMs = clock.monotonicMs();
  const { body } = await goOn(path, params);
  expect(body).toMatch(/cut off/);
  expect(clock.monotonicMs() - askedAtMs).toBeLessThan(12_000);
  // One of them may have the call all the same.
  expect([owner, other, third].flatMap(({ releases }) => releases)).toEqual([]);
});

test('an owner that died before there was a record: the call begins, elsewhere', async () => {
  const entry = await addBusiness({ pool });
  const params = incomingCall(entry.number);
  const { body } = await putThrough(gateway, params);
  const owner = bridges.find(({ podId }) => podId === targetOf(body));
  if (owner) owner.frozen = true;
  const again = await goOn(redirectOf(body), params);
  expect(targetOf(again.body)).not.toBe(owner?.podId);
  expect(bridges.find((each) => each !== owner)?.reservations.at(-1)).toMatchObject({ mode: 'new' });
});

test('a call that was moved already is not moved again: its new owner is asked', async () => {
  const { params, owner, other, path } = await talking();
  owner.frozen = true;
  await goOn(path, params);
  await other.record(params.CallSid, { epoch: 2 });
  other.next = { kind: 'stream', reservationId: 'cd'.repeat(16) };
  const { body } = await goOn(path, params);
  expect(targetOf(body)).toBe(other.podId);
  expect(other.reservations.filter(({ callSid }) => callSid === params.CallSid)).toHaveLength(1);
});

test('a call that is over is hung up, whoever is asked', async () => {
  const { params, owner, path } = await talking();
  owner.frozen = true;
  await owner.record(params.CallSid, { phase: 'ending', next: { kind: 'hangup' } });
  expect((await goOn(path, params)).body).toContain(HANGUP);
  await owner.finish(params.CallSid);
  expect((await goOn(path, params)).body).toContain(HANGUP);
});

test('a call that nobody can take over gets an apology with a promise, and its line is free', async () => {
  const { entry, params, owner, other, path } = await talking({ maxConcurrentCalls: 1 });
  owner.frozen = true;
  other.refuse = true;
  expect((await goOn(path, params)).body).toMatch(/cut off.*call you back.*<Hangup\/>/);
  const event = await storedEvent(eventSubject(callbackRequested, entry.businessId), params.CallSid);
  expect(event.data).toMatchObject({ from: '+13125550199', to: entry.number, reason: 'cut_off' });
  await using reader = await connectForTest('gateway');
  expect(await (await reader.bucket(lines)).keys(`${entry.businessId}.*`)).toEqual([]);
});

test('nobody is promised a call without a number', async () => {
  const { params, owner, other, path } = await talking({}, { From: 'anonymous' });
  owner.frozen = true;
  other.refuse = true;
  expect((await goOn(path, params)).body).toMatch(/cut off. Please call again/);
});

test('the model stayed unreachable: a person is rung, and the voicemail follows when nobody is there', async () => {
  const { entry, params, owner, path } = await talking();
  owner.next = { kind: 'human', number: '+13125550177' };
  const { body } = await goOn(path, params);
  expect(body).toContain('<Number>+13125550177</Number>');
  expect(askedOnce(body)).toEqual([]);
  const dialed = new URL(attributeOf(body, 'action')).pathname;
  expect((await goOn(dialed, { ...params, DialCallStatus: 'completed' })).body).toContain(HANGUP);
  const missed = await goOn(dialed, { ...params, DialCallStatus: 'no-answer' });
  expect(missed.body).toMatch(/leave a message.*<Record/);
  expect(askedOnce(missed.body)).toEqual([]);

  const recorded = new URL(attributeOf(missed.body, 'action')).pathname;
  expect((await goOn(recorded, params)).body).toMatch(/have your message.*<Hangup\/>/);
  const stored = new URL(attributeOf(missed.body, 'recordingStatusCallback'));
  expect(stored.href).not.toContain('3125550199');
  const recording = {
    AccountSid: params.AccountSid ?? '',
    CallSid: params.CallSid,
    RecordingSid: `RE${'1'.repeat(32)}`,
    RecordingUrl: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1',
    RecordingStatus: 'completed',
    RecordingDuration: '7',
  };
  expect((await goOn(stored.pathname, recording)).status).toBe(204);
  const event = await storedEvent(eventSubject(voicemailReceived, entry.businessId), params.CallSid);
  expect(event.data).toMatchObject({ from: '+13125550199', to: entry.number, durationSeconds: 7 });
  expect((await postWebhook(gateway, stored.pathname, recording, 'another-token')).status).toBe(403);
  expect((await goOn(stored.pathname, { ...recording, CallSid: newCallSid() })).status).toBe(400);
});

test('a forged URL, and the URL of another call, are hung up', async () => {
  const { params, path } = await talking();
  expect((await goOn(`${path}x`, params)).body).toContain(HANGUP);
  expect((await goOn(path, { ...params, CallSid: newCallSid() })).body).toContain(HANGUP);
});
