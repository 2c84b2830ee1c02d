// Pins: an event stored twice or not at all, handled without end, dropped silently, or handled for the wrong tenant.
import { randomBytes } from 'node:crypto';
import { EVENTS_STREAM, eventSubject, messageIdOf, toCloudEvent } from '@frontdesk/contracts/event';
import { callEnded, callStarted, callTurn } from '@frontdesk/contracts/events/call';
import {
  DEADLETTERS_STREAM,
  deadLetterSubject,
  HEADER_DETAIL,
  HEADER_ORIGINAL_SUBJECT,
  HEADER_REASON,
  type Messaging,
  type MessagingHooks,
  on,
  routeEvents,
} from '@frontdesk/messaging';
import { activeCallSid, currentTraceparent } from '@frontdesk/observability';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newBusinessId } from './business.ts';
import { ownNats } from './own-nats.ts';

const own = ownNats();
const DURABLE = 'transcript';
let stack = new AsyncDisposableStack();
let bridge: Messaging;
let admin: NatsConnection;
let businessId: string;
let callSid: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  bridge = await own.connect('media-bridge', stack);
  admin = await own.admin(stack);
  businessId = newBusinessId();
  callSid = `CA${randomBytes(16).toString('hex')}`;
});
afterEach(async () => {
  await stack.disposeAsync();
  await using again = new AsyncDisposableStack();
  await (await jetstreamManager(await own.admin(again))).consumers.delete(EVENTS_STREAM, DURABLE).catch(() => false);
});

function started(id = `${callSid}:1:0`) {
  const time = Temporal.Now.instant();
  const data = { callSid, direction: 'inbound' as const, from: null, to: '+13125550142', startedAt: time.toString() };
  return { id, businessId, subject: callSid, sequence: 0, time, data };
}

async function transcript(hooks: MessagingHooks = {}): Promise<Messaging> {
  return own.connect('transcript', stack, { hooks });
}

/** What the stream of dead letters holds last. */
async function lastDeadLetter() {
  const manager = await jetstreamManager(admin);
  const message = await manager.streams.getMessage(DEADLETTERS_STREAM, { last_by_subj: deadLetterSubject(DURABLE) });
  return message ?? undefined;
}

async function storedOf(business: string): Promise<number> {
  const manager = await jetstreamManager(admin);
  const { state } = await manager.streams.info(EVENTS_STREAM, { subjects_filter: `events.${business}.>` });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

test('an event published again under its id is stored once', async () => {
  const event = started();
  await bridge.publishEvent(callStarted, event);
  await bridge.publishEvent(callStarted, event);
  const envelope = toCloudEvent(callStarted, 'media-bridge', event);
  await bridge.publishStored(envelope, eventSubject(callStarted, businessId), messageIdOf(envelope));
  expect(await storedOf(businessId)).toBe(1);
});

test('the same id in two businesses is two events', async () => {
  const event = started();
  const other = newBusinessId();
  await bridge.publishEvent(callStarted, event);
  await bridge.publishEvent(callStarted, { ...event, businessId: other });
  expect([await storedOf(businessId), await storedOf(other)]).toEqual([1, 1]);
});

test('a service cannot publish what is not its to say', async () => {
  const booking = await own.connect('booking', stack);
  await expect(booking.publishEvent(callStarted, started())).rejects.toMatchObject({ code: 'denied' });
});

test('a consumer gets the events it asked for, typed, in the trace of their call, and skips the others', async () => {
  const seen: unknown[] = [];
  const consumed = vi.fn();
  const listening = await transcript({ consumed });
  await using _ = await listening.consume({
    durable: DURABLE,
    ...routeEvents(
      on(callStarted, async (event, delivery) => {
        if (event.data.callSid !== callSid) return;
        seen.push(event.data.callSid, event.businessid, delivery.attempt, activeCallSid());
        seen.push(currentTraceparent()?.split('-')[1]);
      }),
      on(callEnded, async () => undefined),
    ),
  });
  const turn = { seq: 0, role: 'caller' as const, text: 'Hello', startedAt: '2026-11-21T10:00:00Z' };
  await bridge.publishEvent(callTurn, {
    ...started(`${callSid}:1:1`),
    data: { callSid, ...turn, endedAt: '2026-11-21T10:00:01Z', interrupted: false },
  });
  await bridge.publishEvent(callStarted, started());
  await vi.waitFor(() => expect(seen).toEqual([callSid, businessId, 1, callSid, callSid.slice(2)]));
  await vi.waitFor(() =>
    expect(new Set(consumed.mock.calls.map(([, outcome]) => outcome))).toEqual(new Set(['ok', 'skipped'])),
  );
});

test('a handler that fails gets the event again, later and later, until it succeeds', async () => {
  const service = await transcript();
  const attempts: { attempt: number; redelivered: boolean; at: number }[] = [];
  await using _ = await service.consume({
    durable: DURABLE,
    contracts: [callStarted],
    backoffMs: [50, 150],
    async handle(event, _contract, { attempt, redelivered }) {
      if (event.subject !== callSid) return;
      attempts.push({ attempt, redelivered, at: performance.now() });
      if (attempt < 3) throw new Error('the database is away');
    },
  });
  await bridge.publishEvent(callStarted, started());
  await vi.waitFor(() => expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]), { timeout: 3_000 });
  expect(attempts.map(({ redelivered }) => redelivered)).toEqual([false, true, true]);
  const [first = 0, second = 0, third = 0] = attempts.map(({ at }) => at);
  expect(second - first).toBeGreaterThanOrEqual(45);
  expect(third - second).toBeGreaterThanOrEqual(140);
});

// A database that is away for an hour must not turn an hour of events into dead letters.
test('while what the handler needs is away, events wait without using up their tries', async () => {
  const deadLettered = vi.fn();
  const service = await transcript({ deadLettered });
  let there = false;
  let asked = 0;
  const handled: string[] = [];
  let tries = 0;
  stack.use(
    await service.consume({
      durable: DURABLE,
      maxDeliver: 3,
      backoffMs: [100],
      ready: async () => {
        asked += 1;
        return there;
      },
      ...routeEvents(
        on(callStarted, async (event) => {
          if (event.businessid !== businessId) return;
          tries += 1;
          if (!there) throw new Error('the database is away');
          handled.push(event.id);
        }),
      ),
    }),
  );
  await bridge.publishEvent(callStarted, started('one'));
  await vi.waitFor(() => expect(tries).toBe(1), { timeout: 5_000 });
  await bridge.publishEvent(callStarted, started('two'));
  await vi.waitFor(() => expect(asked).toBeGreaterThan(4), { timeout: 10_000 });
  expect(tries).toBe(1);
  there = true;
  await vi.waitFor(() => expect([...handled].sort()).toEqual(['one', 'two']), { timeout: 10_000 });
  expect(deadLettered).not.toHaveBeenCalled();
});

test('an event whose handler always fails becomes a dead letter, and the next one is handled', async () => {
  const deadLettered = vi.fn();
  const service = await transcript({ deadLettered });
  const handled: string[] = [];
  await using _ = await service.consume({
    durable: DURABLE,
    contracts: [callStarted],
    backoffMs: [10],
    maxDeliver: 3,
    async handle(event) {
      if (event.id.endsWith(':poison')) throw new TypeError('cannot be');
      handled.push(event.id);
    },
  });
  await bridge.publishEvent(callStarted, started(`${callSid}:poison`));
  await bridge.publishEvent(callStarted, started(`${callSid}:good`));
  await vi.waitFor(() => expect(deadLettered).toHaveBeenCalledWith(DURABLE, 'exhausted'), { timeout: 5_000 });
  await vi.waitFor(() => expect(handled).toContain(`${callSid}:good`));
  const letter = await lastDeadLetter();
  expect(letter?.header.get(HEADER_REASON)).toBe('exhausted');
  expect(letter?.header.get(HEADER_DETAIL)).toBe('TypeError');
  expect(letter?.header.get(HEADER_ORIGINAL_SUBJECT)).toBe(`events.${businessId}.call.started`);
  expect(letter?.header.get('Frontdesk-Call')).toBe(callSid);
  expect(letter?.string()).toContain(`${callSid}:poison`);
  const { num_ack_pending } = await (await jetstreamManager(admin)).consumers.info(EVENTS_STREAM, DURABLE);
  expect(num_ack_pending).toBe(0);
});

test.each([
  ['not JSON', () => 'nonsense'],
  ['no envelope', () => '{"hello":1}'],
  [
    'data that breaks its contract',
    () => JSON.stringify({ ...toCloudEvent(callStarted, 'x', started()), data: { callSid: '555-0142' } }),
  ],
  [
    'the envelope of another business',
    () => JSON.stringify({ ...toCloudEvent(callStarted, 'x', started()), businessid: 'somebody-else' }),
  ],
])('%s becomes a dead letter at the first try, and its values are not in the reason', async (_name, bodyOf) => {
  const body = bodyOf();
  const deadLettered = vi.fn();
  const service = await transcript({ deadLettered });
  const handle = vi.fn(async () => undefined);
  await using _ = await service.consume({ durable: DURABLE, contracts: [callStarted], handle });
  await jetstream(admin).publish(`events.${businessId}.call.started`, body);
  await vi.waitFor(() => expect(deadLettered).toHaveBeenCalledWith(DURABLE, 'malformed'));
  const letter = await lastDeadLetter();
  expect(letter?.string()).toBe(body);
  expect(letter?.header.get(HEADER_DETAIL)).not.toContain('555-0142');
  expect(handle).not.toHaveBeenCalledWith(
    expect.objectContaining({ businessid: businessId }),
    expect.anything(),
    expect.anything(),
  );
});

test('a handler that takes longer than ackWait keeps its event', async () => {
  const service = await transcript();
  const begun: string[] = [];
  const release = Promise.withResolvers<void>();
  await using _ = await service.consume({
    durable: DURABLE,
    contracts: [callStarted],
    ackWaitMs: 300,
    async handle(event) {
      begun.push(event.id);
      await release.promise;
    },
  });
  const event = started();
  await bridge.publishEvent(callStarted, event);
  await vi.waitFor(() => expect(begun).toContain(event.id));
  const { promise: longer, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 1_000);
  await longer;
  expect(begun.filter((id) => id === event.id)).toHaveLength(1);
  release.resolve();
});

test('a handler that hangs has failed after its time, and the event comes again', async () => {
  const service = await transcript();
  const attempts: number[] = [];
  await using _ = await service.consume({
    durable: DURABLE,
    contracts: [callStarted],
    handleTimeoutMs: 100,
    backoffMs: [10],
    handle: (event, _contract, { attempt, signal }) => {
      if (event.subject !== callSid) return Promise.resolve();
      attempts.push(attempt);
      return attempt > 1 ? Promise.resolve() : new Promise((_, reject) => signal.addEventListener('abort', reject));
    },
  });
  await bridge.publishEvent(callStarted, started());
  await vi.waitFor(() => expect(attempts).toEqual([1, 2]), { timeout: 3_000 });
});

test('two replicas share a durable, never more at once than they can take', async () => {
  const counts = new Map<string, number>();
  let running = 0;
  let most = 0;
  const replicas = [await transcript(), await transcript()];
  for (const [index, replica] of replicas.entries()) {
    stack.use(
      await replica.consume({
        durable: DURABLE,
        contracts: [callStarted],
        maxInFlight: 2,
        async handle(event) {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          counts.set(event.id, (counts.get(event.id) ?? 0) + 1);
          counts.set(`replica ${index}`, (counts.get(`replica ${index}`) ?? 0) + 1);
          running -= 1;
        },
      }),
    );
  }
  const ids = Array.from({ length: 60 }, (_, i) => `${callSid}:1:${i}`);
  await Promise.all(ids.map((id) => bridge.publishEvent(callStarted, started(id))));
  await vi.waitFor(() => expect(ids.every((id) => counts.get(id) === 1)).toBe(true), { timeout: 5_000 });
  expect(counts.get('replica 0')).toBeGreaterThan(0);
  expect(counts.get('replica 1')).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(4);
});

test('a consumer whose events changed is changed in place, and keeps its place', async () => {
  const first = await (await transcript()).consume({
    durable: DURABLE,
    contracts: [callStarted],
    handle: async () => undefined,
  });
  await bridge.publishEvent(callStarted, started());
  await first[Symbol.asyncDispose]();
  const seen: string[] = [];
  const service = await transcript();
  await using _ = await service.consume({
    durable: DURABLE,
    contracts: [callStarted, callTurn],
    handle: async (event) => void seen.push(event.id),
  });
  await bridge.publishEvent(callStarted, started(`${callSid}:1:9`));
  await vi.waitFor(() => expect(seen).toContain(`${callSid}:1:9`));
  const { config } = await (await jetstreamManager(admin)).consumers.info(EVENTS_STREAM, DURABLE);
  expect(config.filter_subject).toBe('events.*.call.>');
});

test('a service cannot use a durable that is not its own', async () => {
  const service = await transcript();
  const attempt = service.consume({
    durable: 'caller-profile',
    contracts: [callStarted],
    handle: async () => undefined,
  });
  await expect(attempt).rejects.toThrow(/permissions violation/i);
});
