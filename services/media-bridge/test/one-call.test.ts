/** One call through a real bridge process's sockets: model on one side, Twilio on the other, NATS behind. */
import { callEnded, callToolCalled, callTurn } from '@frontdesk/contracts/events/call';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Bridge, CALLER_ID, startBridge } from './peers/bridge.ts';
import { type EventLog, hearEvents } from './peers/events.ts';

let bridge: Bridge;
let log: EventLog;
let release: () => void = () => undefined;

beforeEach(async () => {
  const held = Promise.withResolvers<void>();
  held.resolve();
  let gate: Promise<void> = held.promise;
  release = () => undefined;
  bridge = await startBridge({}, async () => gate);
  hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    release = resolve;
  };
  log = await hearEvents(bridge.admin, bridge.businessId);
});
afterEach(async () => bridge[Symbol.asyncDispose]());

/** Keeps booking from answering until `release`. */
let hold: () => void = () => undefined;

function turns(): { role: string; text: string; interrupted: boolean }[] {
  return log.events
    .filter(({ type }) => type === 'frontdesk.call.turn.v1')
    .map(({ data }) => callTurn.data.parse(data))
    .map(({ role, text, interrupted }) => ({ role, text, interrupted }));
}

it('greets before the stream is there, talks, books, says goodbye and hangs up when it was heard', async () => {
  const reservation = bridge.reservation();
  expect(await bridge.reserve(reservation)).toEqual({ accepted: true });
  await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  const [model] = bridge.model.sessions;
  if (model === undefined) throw new Error('no model session');
  const greeting = await model.waitFor('response.create');
  expect(JSON.stringify(greeting)).toContain('\\"Hi Alex, this is Lakeside Heating, how can I help you?\\"');
  model.respond('r1', { say: 'Hi Alex, this is Lakeside Heating' });

  const caller = await bridge.dial(reservation);
  expect(caller.extensions).toBe('');
  const begunAt = performance.now();
  caller.start();
  await caller.waitForAudio(600);
  expect(performance.now() - begunAt).toBeLessThan(500);

  caller.speak();
  await model.waitFor('input_audio_buffer.append');
  expect(model.received.find(({ type }) => type.endsWith('append'))?.audio).toBe(
    Buffer.from(new Uint8Array(160).fill(0x2a)).toString('base64'),
  );
  await vi.waitUntil(() => turns().length === 1, { timeout: 5_000 });
  model.callerTurn('u1', 'I need my furnace repaired');
  model.respond('r2', { say: 'Let me look', calls: [{ id: 'c1', name: 'find_slots', args: { day: 'any' } }] });
  const found = await model.waitFor('conversation.item.create');
  expect(JSON.stringify(found)).toContain('Thursday, December 3 at 2:30 PM');
  await model.waitFor('response.create', 2);

  hold();
  model.respond('r3', { calls: [{ id: 'c2', name: 'book_slot', args: { slot: 's1', name: 'Alex Kim' } }] });
  await vi.waitUntil(() => bridge.bookings.length === 1, { timeout: 5_000 });
  // Whoever took the call over now would settle this booking with the same key.
  expect((await bridge.head(reservation.callSid))?.pendingTools).toMatchObject([
    { toolCallId: 'c2', idempotencyKey: `${reservation.callSid}:c2` },
  ]);
  release();
  await model.waitFor('conversation.item.create', 2);
  expect(bridge.bookings).toEqual([{ key: `${reservation.callSid}:c2`, name: 'Alex Kim' }]);

  model.respond('r4', { say: 'Booked, goodbye', calls: [{ id: 'c3', name: 'end_call', args: {} }] });
  expect(await caller.closed).toBe(1000);
  const next = await fetch(`${bridge.url}/calls/${reservation.callSid}/next`);
  expect(await next.json()).toEqual({ callSid: reservation.callSid, next: { kind: 'hangup' } });

  const ended = callEnded.data.parse((await log.waitFor('ended')).data);
  expect(ended).toMatchObject({ reason: 'goodbye', entries: 7, callerId: CALLER_ID, usage: { inputTokens: 40 } });
  expect(log.types()).toEqual([
    'started',
    'turn',
    'turn',
    'turn',
    'tool_called',
    'tool_called',
    'turn',
    'tool_called',
    'ended',
  ]);
  expect(turns().map(({ role, text }) => `${role}: ${text}`)).toEqual([
    'receptionist: Hi Alex, this is Lakeside Heating',
    'caller: I need my furnace repaired',
    'receptionist: Let me look',
    'receptionist: Booked, goodbye',
  ]);
  const entryIds = Array.from({ length: 7 }, (_, seq) => `entry:${seq}`);
  expect(log.events.map(({ id }) => id)).toEqual(
    ['started', ...entryIds, 'ended'].map((what) => `${reservation.callSid}:${what}`),
  );
  const sequences = log.events.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.toSorted());
  await vi.waitUntil(async () => (await bridge.head(reservation.callSid)) === undefined, { timeout: 5_000 });
});

it('stops at once when the caller interrupts, and keeps only what was heard', async () => {
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  const [model] = bridge.model.sessions;
  if (model === undefined) throw new Error('no model session');
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  model.respond('r1', { say: 'one two three four five six seven eight nine ten', msPerWord: 200 });
  await caller.waitForAudio(2_000);
  const heardFrom = performance.now();
  await vi.waitUntil(() => performance.now() - heardFrom > 700, { interval: 10 });
  model.callerTurn('u1', 'Stop please');
  const truncated = await model.waitFor('conversation.item.truncate');
  expect(caller.clears).toBe(1);
  expect(truncated).toMatchObject({ item_id: 'r1_item', content_index: 0 });
  expect(truncated.audio_end_ms).toBeGreaterThan(500);
  expect(truncated.audio_end_ms).toBeLessThan(1_500);
  await vi.waitUntil(() => turns().length === 2, { timeout: 5_000 });
  const [cut] = turns();
  expect(cut?.interrupted).toBe(true);
  expect('one two three four five six seven').toContain(cut?.text);
  expect(cut?.text.split(' ').length).toBeGreaterThanOrEqual(2);
  caller.hangUp();
  expect(callEnded.data.parse((await log.waitFor('ended')).data).reason).toBe('caller_hung_up');
});

it('tells the model what is wrong with its arguments, and goes on', async () => {
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  const [model] = bridge.model.sessions;
  if (model === undefined) throw new Error('no model session');
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  model.respond('r1', { calls: [{ id: 'c1', name: 'find_slots', args: { day: 'someday' } }] });
  const output = await model.waitFor('conversation.item.create');
  expect(JSON.stringify(output)).toContain('invalid');
  await model.waitFor('response.create', 2);
  model.send({ type: 'some.event.of.next.year' });
  model.send({ type: 'error', error: { type: 'invalid_request_error', code: 'invalid_value', message: 'no' } });
  caller.hangUp();
  await log.waitFor('ended');
  const [tool] = log.events.filter(({ type }) => type.includes('tool_called'));
  expect(callToolCalled.data.parse(tool?.data)).toMatchObject({ name: 'find_slots', outcome: 'invalid' });
  expect(await bridge.metric('model_events_unknown_total')).toContain(' 1');
  expect(await bridge.metric('model_errors_total')).toContain('invalid_request');
});

it('goes on with another session when the model’s socket is lost, and says so', async () => {
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  await bridge.model.sessions[0]?.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  await log.waitFor('started');
  bridge.model.sessions[0]?.drop();
  await vi.waitUntil(() => bridge.model.sessions[1], { timeout: 5_000 });
  await bridge.model.sessions[1]?.waitFor('response.create');
  caller.hangUp();
  expect(callEnded.data.parse((await log.waitFor('ended')).data).reason).toBe('caller_hung_up');
  expect(log.types()).toEqual(['started', 'degraded', 'ended']);
});
