/** What a caller hears between the words: over real sockets, with a model that does as it is told. */
import { callEnded, callTurn } from '@frontdesk/contracts/events/call';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Bridge, startBridge } from './peers/bridge.ts';
import type { CallerPeer } from './peers/caller.ts';
import { type EventLog, hearEvents } from './peers/events.ts';
import type { ModelSession } from './peers/model.ts';

let bridge: Bridge;
let log: EventLog;
let letBookingAnswer: () => void = () => undefined;

beforeEach(async () => {
  const booked = Promise.withResolvers<void>();
  letBookingAnswer = booked.resolve;
  bridge = await startBridge({}, () => booked.promise);
  log = await hearEvents(bridge.admin, bridge.businessId);
});
afterEach(async () => {
  letBookingAnswer();
  await bridge[Symbol.asyncDispose]();
});

/** A call whose greeting was generated and heard. */
async function talk(turnTaking: 'server' | 'robust' = 'server'): Promise<{ caller: CallerPeer; model: ModelSession }> {
  const { profile } = bridge.reservation();
  const agent = { ...profile.agent, turnTaking };
  const reservation = bridge.reservation({ profile: { ...profile, agent } });
  expect(await bridge.reserve(reservation)).toEqual({ accepted: true });
  const model = await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();
  model.respond('r1', { say: 'Hi Alex' });
  await vi.waitUntil(() => turns().length === 1, { timeout: 5_000 });
  return { caller, model };
}

function turns(): { role: string; text: string; interrupted: boolean }[] {
  return log.events
    .filter(({ type }) => type === 'frontdesk.call.turn.v1')
    .map(({ data }) => callTurn.data.parse(data))
    .map(({ role, text, interrupted }) => ({ role, text, interrupted }));
}

const instructionsOf = (event: object | undefined) => JSON.stringify(event ?? '');

it('fills what the line lost with silence, and takes no frame twice', async () => {
  const { caller, model } = await talk();
  caller.speak();
  caller.lose(100);
  caller.speak();
  caller.lose(-40);
  caller.speak();
  await model.waitFor('input_audio_buffer.append', 3);
  const heard = model.received
    .filter(({ type }) => type === 'input_audio_buffer.append')
    .map(({ audio }) => Buffer.from(String(audio), 'base64'));
  expect(heard.map((audio) => audio.length)).toEqual([160, 800, 160]);
  expect(heard[1]?.every((byte) => byte === 0xff)).toBe(true);
  await vi.waitUntil(async () => (await bridge.metric('ignored_media_messages_total')).includes('kind="stale"'), {
    timeout: 5_000,
  });
  caller.hangUp();
});

// A line that goes dead in mid-sentence: the model waits for a silence that never comes.
it('gives the model a second of silence when the caller’s audio stops while they speak', async () => {
  const { caller, model } = await talk();
  caller.speak();
  model.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u1' });
  await vi.waitUntil(() => model.count('input_audio_buffer.append') >= 2, { timeout: 3_000 });
  const last = model.received.findLast(({ type }) => type === 'input_audio_buffer.append');
  expect(Buffer.from(String(last?.audio), 'base64')).toEqual(Buffer.alloc(8_000, 0xff));
  caller.hangUp();
});

it('plays on after a noise, and asks for no answer (robust)', async () => {
  const { caller, model } = await talk('robust');
  expect(instructionsOf(model.received[0])).toContain('"interrupt_response":false');
  model.respond('r2', { say: 'one two three four five six', msPerWord: 300 });
  await caller.waitForAudio(1_900);
  const sentMs = caller.receivedMs;
  const creates = model.count('response.create');
  model.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 1_000, item_id: 'u1' });
  await vi.waitUntil(() => caller.clears === 1, { timeout: 2_000 });
  model.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 1_900, item_id: 'u1' });
  model.send({ type: 'input_audio_buffer.committed', previous_item_id: null, item_id: 'u1' });
  const type = 'conversation.item.input_audio_transcription.completed';
  model.send({ type, item_id: 'u1', content_index: 0, transcript: '' });
  expect(await model.waitFor('conversation.item.delete')).toMatchObject({ item_id: 'u1' });
  await vi.waitUntil(() => caller.receivedMs > sentMs, { timeout: 2_000 });
  await vi.waitUntil(() => turns().length === 2, { timeout: 5_000 });
  expect(turns()[1]).toEqual({ role: 'receptionist', text: 'one two three four five six', interrupted: false });
  expect(model.count('response.create')).toBe(creates);
  expect(model.count('conversation.item.truncate')).toBe(0);
  expect(await bridge.metric('false_interruption_total')).toContain(' 1');
  caller.hangUp();
});

it('answers a turn itself, once (robust)', async () => {
  const { caller, model } = await talk('robust');
  model.callerTurn('u1', 'Yes');
  await model.waitFor('response.create', 2);
  model.callerTurn('u2', 'I need my furnace repaired');
  model.respond('r2', { say: 'Of course' });
  await vi.waitUntil(() => turns().length >= 3, { timeout: 5_000 });
  caller.hangUp();
  await log.waitFor('ended');
});

it('says a word while a tool takes its time, and then what the tool answered', async () => {
  const { caller, model } = await talk();
  model.callerTurn('u1', 'Book the first one for Alex Kim');
  model.respond('r2', { calls: [{ id: 'c1', name: 'book_slot', args: { slot: 's1', name: 'Alex Kim' } }] });
  const filler = await model.waitFor('response.create', 2);
  expect(instructionsOf(filler)).toContain('one moment more');
  expect(model.count('conversation.item.create')).toBe(0);
  letBookingAnswer();
  expect(instructionsOf(await model.waitFor('conversation.item.create'))).toContain('K7Q2');
  // The word is still being generated: the answer waits for its end.
  expect(model.count('response.create')).toBe(2);
  model.respond('r3', { say: 'One moment' });
  await model.waitFor('response.create', 3);
  caller.hangUp();
});

it('hangs up when both have said goodbye, though nobody asked for it', async () => {
  const { caller, model } = await talk();
  model.callerTurn('u1', 'That is all, bye');
  model.respond('r2', { say: 'Thank you for calling. Goodbye!' });
  expect(await caller.closed).toBe(1000);
  const ended = callEnded.data.parse((await log.waitFor('ended')).data);
  expect(ended).toMatchObject({ reason: 'goodbye', entries: 3, language: 'en' });
  expect(turns().at(-1)?.text).toBe('Thank you for calling. Goodbye!');
});
