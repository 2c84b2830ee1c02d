/** What outlives what: a call its bridge, its stream and its model's socket. Two bridges, one record, real NATS. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callDegraded, callEnded } from '@frontdesk/contracts/events/call';
import { nextStepReply } from '@frontdesk/contracts/media-bridge/next-step';
import { createKeyRing } from '@frontdesk/secrets';
import { afterEach, expect, it, vi } from 'vitest';
import { type Bridge, type Reservation, startBridge, TOKEN_KEYS } from './peers/bridge.ts';
import type { CallerPeer } from './peers/caller.ts';
import { type EventLog, hearEvents } from './peers/events.ts';
import type { ModelSession } from './peers/model.ts';

const SECRETS_KEYS = `k1:${Buffer.alloc(32, 9).toString('base64')}`;
const ACCOUNT_SID = `AC${'0'.repeat(32)}`;
const secrets = { tokenKeys: TOKEN_KEYS, openAiApiKey: 'sk-test', secretsKeys: SECRETS_KEYS };

let running = new AsyncDisposableStack();
afterEach(async () => {
  await running.disposeAsync();
  running = new AsyncDisposableStack();
});

async function bridgeLike(other?: Bridge, wait?: () => Promise<void>, config = {}): Promise<Bridge> {
  return running.use(await startBridge({ secrets, ...config }, wait, other?.businessId));
}

async function session(bridge: Bridge, index = 0): Promise<ModelSession> {
  return await vi.waitUntil(() => bridge.model.sessions[index], { timeout: 5_000 });
}

/** Greeted, and one turn each way recorded. */
async function talk(
  bridge: Bridge,
  reservation: Reservation,
  log: EventLog,
): Promise<{ caller: CallerPeer; model: ModelSession }> {
  expect(await bridge.reserve(reservation)).toEqual({ accepted: true });
  const model = await session(bridge);
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  model.respond('r1', { say: 'Hi Alex' });
  await log.waitFor('turn');
  model.callerTurn('u1', 'Book the first one for Alex Kim');
  return { caller, model };
}

async function nextOf(bridge: Bridge, { callSid }: Reservation) {
  const reply = await fetch(`${bridge.url}/calls/${callSid}/next`);
  return reply.ok ? nextStepReply.parse(await reply.json()).next : reply.status;
}

const reasons = (log: EventLog) =>
  log.events.flatMap(({ type, data }) => (type.includes('.degraded.') ? callDegraded.data.parse(data).reason : []));

const items = (model: ModelSession) =>
  model.received.filter(({ type }) => type === 'conversation.item.create').map(({ item }) => JSON.stringify(item));

it('goes on in another bridge: claimed first, tools settled under their keys, the conversation restored', async () => {
  const booked = Promise.withResolvers<void>();
  const first = await bridgeLike(undefined, () => booked.promise);
  const second = await bridgeLike(first);
  const log = await hearEvents(first.admin, first.businessId);
  const reservation = first.reservation();
  const { caller, model } = await talk(first, reservation, log);
  const { callSid } = reservation;
  // It dies between a tool's request and its reply.
  model.respond('r2', { calls: [{ id: 'c1', name: 'book_slot', args: { slot: 's1', name: 'Alex Kim' } }] });
  await vi.waitUntil(() => first.bookings.length === 1, { timeout: 5_000 });
  await vi.waitUntil(() => log.types().filter((type) => type === 'turn').length === 2, { timeout: 5_000 });

  const resume = { ...reservation, reservationId: randomBytes(16).toString('hex'), mode: 'resume' as const, epoch: 1 };
  expect(await second.reserve(resume)).toEqual({ accepted: true });
  expect(await second.reserve({ ...resume })).toEqual({ accepted: true });
  expect(await second.head(callSid)).toMatchObject({ epoch: 2, owner: { podId: second.config.podId } });
  expect(second.bookings).toEqual(first.bookings);
  const restored = await session(second);
  await restored.waitFor('response.create');
  expect(second.model.sessions).toHaveLength(1);
  await vi.waitUntil(() => items(restored).some((item) => item.includes('function_call_output')), { timeout: 5_000 });
  const past = items(restored).join('\n');
  for (const words of ['Hi Alex', 'Book the first one', 'book_slot', 'K7Q2']) expect(past).toContain(words);
  expect(past).toContain('Sorry, we were cut off for a moment.');
  // Going on, the model knows all it is told and may use its tools.
  expect(JSON.stringify(await restored.waitFor('response.create'))).not.toMatch(/instructions|tool_choice/);

  // The old owner wakes up with the tool's answer: it may not write it, nor end the call.
  booked.resolve();
  expect(await caller.closed).toBe(1000);
  expect(await nextOf(first, reservation)).toBe(404);

  const again = await second.dial(resume);
  again.start();
  restored.respond('r9', { say: 'Sorry, we were cut off for a moment.' });
  await again.waitForAudio(500);
  again.hangUp();
  const ended = callEnded.data.parse((await log.waitFor('ended')).data);
  expect(ended.reason).toBe('caller_hung_up');
  // One response of each bridge: what was used up to the last recorded entry is counted on from.
  expect(ended.usage).toMatchObject({ inputTokens: 20, outputTokens: 10 });
  expect(reasons(log)).toEqual(['bridge_lost']);
  expect(log.types().filter((type) => type === 'ended' || type === 'started')).toEqual(['started', 'ended']);
  expect(log.types().filter((type) => type === 'turn' || type === 'tool_called')).toHaveLength(ended.entries);
  const ids = log.events.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  await vi.waitUntil(async () => (await second.lineHolder(0)) === undefined, { timeout: 5_000 });
  expect(first.bookings.length + second.bookings.length).toBe(2);
});

it('refuses a call that is over, or that another bridge was quicker to claim', async () => {
  const first = await bridgeLike();
  const second = await bridgeLike(first);
  const reservation = first.reservation();
  expect(await second.reserve({ ...reservation, mode: 'resume' })).toEqual({ accepted: false, reason: 'call_over' });
  await first.reserve(reservation);
  await vi.waitUntil(() => first.head(reservation.callSid), { timeout: 5_000 });
  expect(await second.reserve({ ...reservation, mode: 'resume', epoch: 7 })).toEqual({
    accepted: false,
    reason: 'claimed_elsewhere',
  });
  expect(second.model.sessions).toHaveLength(0);
  expect(await second.metric('call_active')).toContain(' 0');
});

it('keeps a call whose stream is lost, has Twilio told, and goes on with another stream', async () => {
  const told: { url?: string; body: string; authorization?: string }[] = [];
  const twilio = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const { authorization } = request.headers;
      told.push({
        url: request.url ?? '',
        body: decodeURIComponent(body),
        ...(authorization ? { authorization } : {}),
      });
      const over = { status: 400, code: 21_220, message: 'Call is not in-progress. Cannot redirect.' };
      const answer = told.length === 1 ? { status: 200 } : over;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => twilio.listen(0, '127.0.0.1', resolve));
  running.defer(() => void twilio.close());
  const twilioApiUrl = `http://127.0.0.1:${(twilio.address() as AddressInfo).port}`;
  const bridge = await bridgeLike(undefined, undefined, { twilioApiUrl });
  const reservation = bridge.reservation({
    twilioAccountSid: ACCOUNT_SID,
    twilioAuthTokenEncrypted: createKeyRing(SECRETS_KEYS).encrypt('secret-token', ACCOUNT_SID),
    continueUrl: 'https://frontdesk.test/api/v1/voice/continue/abc',
  });
  const log = await hearEvents(bridge.admin, bridge.businessId);
  const { caller, model } = await talk(bridge, reservation, log);
  caller.terminate();
  await vi.waitUntil(() => told.length === 1, { timeout: 3_000 });
  expect(told[0]?.url).toContain(`/Accounts/${ACCOUNT_SID}/Calls/${reservation.callSid}.json`);
  expect(told[0]?.body).toContain('Url=https://frontdesk.test/api/v1/voice/continue/abc');
  expect(told[0]?.authorization).toBe(`Basic ${btoa(`${ACCOUNT_SID}:secret-token`)}`);

  const next = await nextOf(bridge, reservation);
  expect(await nextOf(bridge, reservation)).toEqual(next);
  if (typeof next === 'number' || next.kind !== 'stream') throw new Error('no other stream is wanted');
  const other = await bridge.dial({ ...reservation, reservationId: next.reservationId });
  other.start();
  model.respond('r2', { say: 'Sorry, we were cut off' });
  await other.waitForAudio(300);
  // A promise is good for one stream, and the first reservation for none any more.
  for (const reservationId of [next.reservationId, reservation.reservationId]) {
    const refused = await bridge.dial({ ...reservation, reservationId });
    refused.start();
    expect(await refused.closed).toBe(1008);
  }
  expect(bridge.model.sessions).toHaveLength(1);
  // So soon after the redirection, an end may be Twilio's doing: Twilio says that it was the caller's.
  other.hangUp();
  expect(callEnded.data.parse((await log.waitFor('ended')).data).reason).toBe('caller_hung_up');
  expect(reasons(log)).toEqual(['stream_lost']);
  expect(told).toHaveLength(2);
});

it('leaves its calls to another bridge when it stops for longer than they may go on', async () => {
  const first = await bridgeLike();
  const second = await bridgeLike(first);
  const log = await hearEvents(first.admin, first.businessId);
  const reservation = first.reservation();
  const { caller, model } = await talk(first, reservation, log);
  model.respond('r2', { say: 'One moment' });
  const stopped = first.stop();
  expect(await caller.closed).toBe(1000);
  await stopped;
  expect(log.types()).not.toContain('ended');
  expect(await second.head(reservation.callSid)).toMatchObject({ phase: 'talking', epoch: 1 });
  expect(await second.lineHolder(0)).toBe(undefined);
  const resume = { ...reservation, reservationId: randomBytes(16).toString('hex'), mode: 'resume' as const };
  expect(await second.reserve(resume)).toEqual({ accepted: true });
  const restored = await session(second);
  await restored.waitFor('response.create');
  expect(items(restored).join('\n')).toContain('One moment');
  const again = await second.dial(resume);
  again.start();
  again.hangUp();
  const ended = callEnded.data.parse((await log.waitFor('ended')).data);
  expect(log.types().filter((type) => type === 'turn')).toHaveLength(ended.entries);
});

it('gives the caller to the fallback when the model stays away', async () => {
  const bridge = await bridgeLike();
  const log = await hearEvents(bridge.admin, bridge.businessId);
  const { profile } = bridge.reservation();
  const reservation = bridge.reservation({ profile: { ...profile, fallback: { kind: 'voicemail' } } });
  const { caller, model } = await talk(bridge, reservation, log);
  bridge.model.refuseWith = 503;
  const lostAt = performance.now();
  model.drop();
  expect(await caller.closed).toBe(1000);
  expect(performance.now() - lostAt).toBeLessThan(9_000);
  expect(await nextOf(bridge, reservation)).toEqual({ kind: 'voicemail' });
  expect(callEnded.data.parse((await log.waitFor('ended')).data).reason).toBe('model_lost');
  expect(log.types()).toContain('degraded');
});
