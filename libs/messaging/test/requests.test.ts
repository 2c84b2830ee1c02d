// Pins: a request that reaches the wrong process, waits longer than it may, is repeated when it must not be, leaks an
// internal error, or loses the call it belongs to.
import { randomBytes } from 'node:crypto';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { searchKnowledge } from '@frontdesk/contracts/business-profile/search-knowledge';
import { HEADER_DEADLINE } from '@frontdesk/contracts/headers';
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import { rpcSubject } from '@frontdesk/contracts/rpc';
import { WireError } from '@frontdesk/contracts/wire-error';
import { type Messaging, requireIdempotencyKey } from '@frontdesk/messaging';
import { activeCallSid, currentTraceparent, withCall } from '@frontdesk/observability';
import { headers } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newBusinessId } from './business.ts';
import { ownNats } from './own-nats.ts';
import { reservation } from './samples.ts';

const nothing = { exact: true, timeZone: 'America/Chicago', slots: [] };
const own = ownNats();
let stack = new AsyncDisposableStack();
let bridge: Messaging;
let booking: Messaging;
let businessId: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  bridge = await own.connect('media-bridge', stack);
  booking = await own.connect('booking', stack);
  businessId = newBusinessId();
});
afterEach(() => stack.disposeAsync());

/** The wire error's code and message, or what else came. */
async function failure(attempt: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await attempt.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  return error instanceof WireError ? error : { code: 'none', message: String(error) };
}

test('a request reaches the tenant of its subject, with defaults filled in', async () => {
  const handler = vi.fn(async () => nothing);
  await booking.serve(findSlots, handler);
  expect(await bridge.request(findSlots, businessId, { day: 'tomorrow' })).toEqual(nothing);
  expect(handler).toHaveBeenCalledWith(
    { day: 'tomorrow', week: 'any', partOfDay: 'any', limit: 5, speak: 'en' },
    expect.objectContaining({ businessId }),
  );
});

test('a malformed request is refused on both sides, naming the field', async () => {
  const handler = vi.fn(async () => nothing);
  await booking.serve(findSlots, handler);
  expect(await failure(bridge.request(findSlots, businessId, { limit: 0 }))).toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('limit'),
  });
  const nc = await own.admin(stack);
  for (const body of ['{"limit":0}', 'not json', '']) {
    const reply = await nc.request(rpcSubject(findSlots, businessId), body);
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('400');
    expect(reply.json()).toMatchObject({ code: 'invalid' });
  }
  expect(handler).not.toHaveBeenCalled();
});

test('a target that is no business id is refused on both sides', async () => {
  await booking.serve(findSlots, async () => nothing);
  for (const target of ['', '*', '>', 'b1.x', 'B1', 'b 1']) {
    expect(await failure(bridge.request(findSlots, target, {}))).toMatchObject({ code: 'invalid' });
  }
  const reply = await (await own.admin(stack)).request('rpc.v1.booking.find-slots.NOT_A_BUSINESS', '{}');
  expect(reply.json()).toMatchObject({ code: 'invalid' });
});

test('a failure keeps its code; anything unexpected becomes internal and tells nothing', async () => {
  const handler = vi.fn(async () => nothing);
  await booking.serve(findSlots, handler);
  handler.mockRejectedValueOnce(new WireError('not_found', 'no such service'));
  expect(await failure(bridge.request(findSlots, businessId, {}))).toMatchObject({
    code: 'not_found',
    message: 'no such service',
  });
  handler.mockRejectedValueOnce(new Error('relation "secrets" does not exist'));
  const { code, message } = await failure(bridge.request(findSlots, businessId, {}));
  expect(code).toBe('internal');
  expect(message).not.toContain('secrets');
});

test('a reply that breaks its contract does not reach the asker', async () => {
  // A service of another release, or with a bug, answers what TypeScript would not let it.
  const broken = JSON.parse('{"exact":"yes","slots":[{"secret":1}]}');
  await booking.serve(findSlots, async () => broken);
  expect(await failure(bridge.request(findSlots, businessId, {}))).toMatchObject({ code: 'internal' });
});

test('a slow answer is not waited for, and its handler is told to stop', async () => {
  const aborted = Promise.withResolvers<void>();
  await booking.serve(findSlots, async (_, { signal }) => {
    signal.addEventListener('abort', () => aborted.resolve());
    // An answer given when it is told to stop could still arrive in time.
    return await new Promise(() => undefined);
  });
  const startedAt = performance.now();
  expect(await failure(bridge.request(findSlots, businessId, {}, { timeoutMs: 150 }))).toMatchObject({
    code: 'deadline',
  });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await aborted.promise;
});

test('a request whose deadline has passed is not worked on', async () => {
  const handler = vi.fn(async () => nothing);
  await booking.serve(findSlots, handler);
  const late = headers();
  late.set(HEADER_DEADLINE, Temporal.Now.instant().subtract({ seconds: 1 }).toString());
  const reply = await (await own.admin(stack)).request(rpcSubject(findSlots, businessId), '{}', {
    timeout: 2_000,
    headers: late,
  });
  expect(reply.json()).toMatchObject({ code: 'deadline' });
  expect(handler).not.toHaveBeenCalled();
});

test('the asker can give up', async () => {
  await booking.serve(findSlots, () => new Promise(() => undefined));
  const signal = AbortSignal.timeout(50);
  const attempt = bridge.request(findSlots, businessId, {}, { signal, timeoutMs: 5_000 });
  expect(await failure(attempt)).toMatchObject({ code: 'deadline' });
  await booking.drain(100);
});

test('nobody there: unavailable, after one more try that a restarted service answers', async () => {
  const startedAt = performance.now();
  expect(await failure(bridge.request(findSlots, businessId, {}))).toMatchObject({ code: 'unavailable' });
  expect(performance.now() - startedAt).toBeLessThan(900);
  const asked = bridge.request(findSlots, businessId, {});
  await booking.serve(findSlots, async () => nothing);
  expect(await asked).toEqual(nothing);
});

test('a silence is asked about again only with an idempotency key', async () => {
  const keys: (string | undefined)[] = [];
  const slot = { serviceId: crypto.randomUUID(), resourceId: crypto.randomUUID(), startsAt: '2026-12-03T20:30:00Z' };
  const request = { slot, customer: { name: 'Ann', phone: null } };
  const booked = {
    appointmentId: crypto.randomUUID(),
    serviceName: 'Visit',
    resourceName: 'Dana',
    startsAt: slot.startsAt,
    endsAt: '2026-12-03T21:00:00Z',
    spoken: 'Thursday',
    confirmationCode: 'AB12',
  };
  const lost = Promise.withResolvers<never>();
  await booking.serve(bookSlot, (_, context) => {
    keys.push(context.idempotencyKey);
    return keys.length === 2 ? Promise.resolve(booked) : lost.promise;
  });
  expect(await failure(bridge.request(bookSlot, businessId, request, { timeoutMs: 200 }))).toMatchObject({
    code: 'deadline',
  });
  expect(keys).toEqual([undefined]);
  const reply = await bridge.request(bookSlot, businessId, request, {
    timeoutMs: 600,
    idempotencyKey: 'call-1:tool-1',
  });
  expect(reply).toEqual(booked);
  expect(keys).toEqual([undefined, 'call-1:tool-1']);
  await booking.drain(100);
});

test('a handler that must run once refuses a request without a key', async () => {
  await booking.serve(findSlots, async (_, context) => {
    requireIdempotencyKey(context);
    return nothing;
  });
  expect(await failure(bridge.request(findSlots, businessId, {}))).toMatchObject({ code: 'invalid' });
  expect(await bridge.request(findSlots, businessId, {}, { idempotencyKey: 'k' })).toEqual(nothing);
});

test('replicas share the work; only the named pod answers a pod’s request', async () => {
  const second = await own.connect('booking', stack);
  await booking.serve(findSlots, async () => ({ ...nothing, timeZone: 'first' }));
  await second.serve(findSlots, async () => ({ ...nothing, timeZone: 'second' }));
  const replies = await Promise.all(Array.from({ length: 40 }, () => bridge.request(findSlots, businessId, {})));
  expect(new Set(replies.map(({ timeZone }) => timeZone))).toEqual(new Set(['first', 'second']));

  const gateway = await own.connect('gateway', stack);
  const podId = `pod-${randomBytes(4).toString('hex')}`;
  const other = await own.connect('media-bridge', stack);
  await bridge.serve(reserveCall, async () => ({ accepted: true as const }), { podId });
  await other.serve(reserveCall, async () => ({ accepted: false as const, reason: 'full' as const }), {
    podId: `${podId}x`,
  });
  for (let i = 0; i < 5; i++)
    expect(await gateway.request(reserveCall, podId, reservation())).toEqual({ accepted: true });
  expect(await gateway.request(reserveCall, `${podId}x`, reservation())).toMatchObject({ accepted: false });
});

test('the call and its trace travel with the request', async () => {
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const seen: (string | undefined)[] = [];
  await booking.serve(findSlots, async (_, context) => {
    seen.push(context.callSid, activeCallSid(), currentTraceparent()?.split('-')[1]);
    return nothing;
  });
  await withCall(callSid, () => bridge.request(findSlots, businessId, {}));
  expect(seen).toEqual([callSid, callSid, callSid.slice(2)]);
});

test('more requests than a process can take are refused at once', async () => {
  const narrow = await own.connect('booking', stack, { maxInFlight: 2 });
  const release = Promise.withResolvers<void>();
  await narrow.serve(findSlots, () => release.promise.then(() => nothing));
  const attempts = Array.from({ length: 5 }, () => failure(bridge.request(findSlots, businessId, {})));
  await vi.waitFor(async () => expect((await Promise.race(attempts)).code).toBe('unavailable'));
  release.resolve();
  const codes = (await Promise.all(attempts)).map(({ code }) => code).sort();
  expect(codes).toEqual(['none', 'none', 'unavailable', 'unavailable', 'unavailable']);
});

test('the system can be listed with the micro protocol', async () => {
  await booking.serve(findSlots, async () => nothing);
  const nc = await own.admin(stack);
  const reply = await nc.request('$SRV.INFO.booking', '', { timeout: 2_000 });
  expect(reply.json()).toMatchObject({
    name: 'booking',
    endpoints: [{ name: 'find-slots', subject: 'rpc.v1.booking.find-slots.*', queue_group: 'booking' }],
  });
});

test('a service can ask only whom its permissions name, and serve only its own requests', async () => {
  await booking.serve(findSlots, async () => nothing);
  const transcript = await own.connect('transcript', stack);
  expect(await failure(transcript.request(findSlots, businessId, {}))).toMatchObject({ code: 'denied' });
  await expect(booking.serve(searchKnowledge, async () => ({ passages: [] }))).rejects.toThrow(/may not serve/);
});

test('an asker cannot have the reply sent anywhere but to its own inbox', async () => {
  await booking.serve(findSlots, async () => nothing);
  const nc = await own.admin(stack);
  const seen: string[] = [];
  for (const subject of ['events.>', 'rpc.v1.business-profile.>', '_INBOX_transcript.>', '$KV.>']) {
    nc.subscribe(subject, { callback: (_, message) => void seen.push(message.subject) });
  }
  await nc.flush();
  for (const reply of [
    `events.${businessId}.call.forged`,
    'rpc.v1.business-profile.create-business._',
    '_INBOX_transcript.x',
    '$KV.calls.x',
  ]) {
    bridge.raw.publish(rpcSubject(findSlots, businessId), '{}', { reply });
  }
  await bridge.raw.flush();
  // The last answer is on its way once this one, asked after, has arrived.
  await bridge.request(findSlots, businessId, {});
  await nc.flush();
  expect(seen).toEqual([]);
});

test('no service can read the replies to another', async () => {
  const gateway = await own.connect('gateway', stack);
  const refused = Promise.withResolvers<Error | null>();
  gateway.raw.subscribe('_INBOX_media-bridge.>', { callback: (error) => refused.resolve(error) });
  expect(String(await refused.promise)).toMatch(/permissions violation/i);
});
