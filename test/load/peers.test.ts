// Pins: a load generator that speaks a protocol of its own, so that what is measured is not what a real call does.
import { parseServerMessage } from '@frontdesk/realtime';
import { parseStreamMessage } from '@frontdesk/telephony';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { openCallLeg } from './call-leg.ts';
import { openModelSession } from './model-session.ts';
import { createPacer } from './pacer.ts';
import { createSamples, summarize } from './samples.ts';
import { nowUs, readStamp, STAMP_CHARS, writeStamp } from './stamp.ts';

/** To the letter: a reader may have a quick way for exactly this. */
const spelling =
  /^\{"event":"media","sequenceNumber":"\d+","streamSid":"MZ[0-9a-f]{32}","media":\{"track":"inbound","chunk":"\d+","timestamp":"\d+","payload":"[^"]+"\}\}$/;

test('a stamp is base64 that reads back', () => {
  const at = nowUs();
  const stamp = writeStamp('V', 42, at);
  expect(stamp).toHaveLength(STAMP_CHARS);
  expect(Buffer.from(stamp, 'base64').toString('base64')).toBe(stamp);
  expect(readStamp(`${stamp}/////w==`)).toEqual({ kind: 'V', call: 42, sentAtUs: Math.floor(at) });
  expect(readStamp(Buffer.alloc(160, 0xff).toString('base64'))).toBeUndefined();
});

test('percentiles are values that occurred', () => {
  const samples = createSamples(150);
  for (let value = 200; value > 0; value -= 1) samples.add(value);
  expect(samples.summarize()).toEqual({ count: 150, p50: 125, p90: 185, p99: 199, max: 200 });
  expect(summarize([])).toBeUndefined();
});

test('a caller’s frames are spelled as Twilio spells them', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const received: string[] = [];
  server.on('connection', (socket) => socket.on('message', (data) => received.push(String(data))));
  await vi.waitFor(() => expect(server.address()).not.toBeNull());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  using pacer = createPacer(createSamples(1_000));
  const nothing = () => undefined;
  const leg = openCallLeg({
    call: 7,
    address: `ws://127.0.0.1:${port}/`,
    headers: {},
    identity: {
      callSid: `CA${'a'.repeat(32)}`,
      streamSid: `MZ${'b'.repeat(32)}`,
      accountSid: `AC${'c'.repeat(32)}`,
    },
    pacer,
    events: { sent: nothing, audio: nothing, cleared: nothing, played: nothing, spoke: nothing, lost: nothing },
  });
  leg.firstAudio.catch(nothing);
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(6));
  await leg.hangUp();
  server.close();
  const media = received.filter((text) => text.includes('"event":"media"'));
  expect(media[0]).toMatch(spelling);
  const first = parseStreamMessage(media[0] ?? '');
  if (first.event !== 'media') throw new Error(`read as ${first.event}`);
  expect(Buffer.from(first.media.payload, 'base64')).toHaveLength(160);
  expect(received.at(-1)).toContain('"event":"stop"');
});

afterEach(() => vi.useRealTimers());

test('the model speaks the real protocol: a greeting, a turn with a tool, an interruption', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const sent: string[] = [];
  const outcomes: string[] = [];
  const refused: string[] = [];
  const session = openModelSession((text) => sent.push(text), true, {
    heard: () => undefined,
    speechStarted: () => undefined,
    toolAnswered: (_name, _startedAtUs, outcome) => outcomes.push(outcome),
    refused: (what) => refused.push(what),
  });
  const tell = (event: object) => session.receive(Buffer.from(JSON.stringify(event)));
  const hear = (kind: 'V' | 'S', frames: number) => {
    for (let frame = 0; frame < frames; frame += 1) {
      tell({ type: 'input_audio_buffer.append', audio: `${writeStamp(kind, 3, nowUs())}/////w==` });
    }
  };
  const typesSince = (from: number) => sent.slice(from).map((text) => parsed(text).type);
  const parsed = (text: string) => {
    const message = parseServerMessage(text);
    if (message.kind === 'malformed' || message.event.type === 'unknown') throw new Error(`not understood: ${text}`);
    return message.event;
  };

  tell({ type: 'session.update', session: { type: 'realtime' } });
  await vi.advanceTimersByTimeAsync(100);
  tell({ type: 'response.create', event_id: 'create_1', response: { metadata: { a: 'b' } } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(typesSince(0).filter((type) => type === 'response.output_audio.delta').length).toBeGreaterThan(5);

  let from = sent.length;
  hear('V', 20);
  hear('S', 20);
  await vi.advanceTimersByTimeAsync(500);
  expect(typesSince(from)).toEqual([
    'input_audio_buffer.speech_started',
    'input_audio_buffer.speech_stopped',
    'input_audio_buffer.committed',
    'conversation.item.added',
    'conversation.item.done',
    'response.created',
    'conversation.item.input_audio_transcription.completed',
    'response.output_item.added',
    'conversation.item.added',
    'response.function_call_arguments.delta',
    'response.function_call_arguments.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
    'rate_limits.updated',
  ]);
  const call = sent.map(parsed).find((event) => event.type === 'response.function_call_arguments.done');
  const callId = call?.type === 'response.function_call_arguments.done' ? call.call_id : '';
  const output = JSON.stringify({ exact: true, slots: [{ slot: 's1' }] });
  tell({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: callId, output } });
  tell({ type: 'response.create', event_id: 'create_2' });
  expect(outcomes).toEqual(['find_slots found']);

  from = sent.length;
  await vi.advanceTimersByTimeAsync(400);
  hear('V', 5);
  expect(typesSince(from).slice(-8)).toEqual([
    'input_audio_buffer.speech_started',
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
    'rate_limits.updated',
  ]);
  session.close();
  expect(refused).toEqual([]);
  expect(() => sent.map(parsed)).not.toThrow();
});
