/**
 * The simulator's rules, seen through our own client library: what the real server refuses is refused with its error,
 * interruptions leave only what was heard, and every failure a test may want can be had.
 */
import {
  type ConnectionEnd,
  cancelResponse,
  createItem,
  createResponse,
  deleteItem,
  functionOutput,
  openRealtime,
  type RealtimeConnection,
  type ServerEvent,
  type ServerEventOf,
  type SessionOptions,
  sessionConfig,
  sessionUpdate,
  textItem,
  truncateItem,
} from '@frontdesk/realtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createSpeechListener, encodeSpeech } from '../../speech/speech.ts';
import { type Simulator, startOpenAiSimulator } from '../simulator.ts';

const API_KEY = 'sk-simulated';
const SILENCE = new Uint8Array(4800).fill(0xff);
let simulator: Simulator;
let open: RealtimeConnection[] = [];

beforeAll(async () => {
  simulator = await startOpenAiSimulator({
    apiKey: API_KEY,
    pace: { firstAudioLatencyMs: 5, speed: 100 },
    transcriptionDelayMs: 1,
  });
});
afterAll(async () => simulator[Symbol.asyncDispose]());
afterEach(async () => {
  for (const connection of open) connection.close();
  open = [];
  await control('DELETE', 'faults');
  await control('DELETE', 'script');
  await control('PUT', 'behaviour', {});
});

const records = z.object({
  sessions: z.array(
    z.looseObject({
      instructions: z.string(),
      heard: z.array(z.object({ text: z.string() })),
      said: z.array(z.object({ text: z.string(), heardText: z.string(), status: z.string() })),
      refused: z.array(z.object({ code: z.string().nullable(), param: z.string().nullable() })),
      damagedWords: z.number(),
    }),
  ),
});

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${simulator.port}/simulator/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(reply.status, await reply.clone().text()).toBeLessThan(300);
  return reply.json();
}

function settings(changes: Partial<SessionOptions> = {}): SessionOptions {
  return {
    instructions: 'You speak for Bluebird.',
    voice: 'marin',
    turnDetection: { type: 'server_vad', threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 },
    transcription: { model: 'gpt-transcribe' },
    noiseReduction: null,
    tools: [],
    ...changes,
  };
}

async function connect(changes: Partial<SessionOptions> = {}) {
  const events: ServerEvent[] = [];
  const ends: ConnectionEnd[] = [];
  const strange: string[] = [];
  const connection = await openRealtime({
    url: `wss://127.0.0.1:${simulator.tlsPort}/v1/realtime`,
    ca: simulator.ca,
    apiKey: API_KEY,
    model: 'gpt-realtime-2.1',
    connectTimeoutMs: 2000,
    onEvent: (event) => (event.type === 'unknown' ? strange.push(event.eventType) : events.push(event)),
    onMalformed: (reason) => strange.push(reason),
    onClose: (end) => ends.push(end),
  });
  open.push(connection);
  connection.send(sessionUpdate(sessionConfig(settings(changes))));
  const of = <Type extends ServerEvent['type']>(type: Type) =>
    events.filter((event): event is ServerEventOf<Type> => event.type === type);
  const seen = (type: ServerEvent['type'], count = 1) =>
    vi.waitFor(() => expect(of(type).length, type).toBeGreaterThanOrEqual(count), { timeout: 3000, interval: 5 });
  const append = (audio: Uint8Array, pieceBytes: number) => {
    for (let at = 0; at < audio.length; at += pieceBytes) {
      const base64 = Buffer.from(Buffer.from(audio.subarray(at, at + pieceBytes)).toString('base64'));
      connection.appendAudio(base64, 0, base64.length);
    }
  };
  await seen('session.updated');
  return {
    connection,
    events,
    ends,
    strange,
    of,
    seen,
    says(...parts: (string | Uint8Array)[]) {
      const audio = Buffer.concat(parts.map((part) => (typeof part === 'string' ? encodeSpeech(part).audio : part)));
      append(audio, 160);
    },
    append,
    heard() {
      const listener = createSpeechListener();
      const words = of('response.output_audio.delta').flatMap(({ delta }) =>
        listener.push(Buffer.from(delta, 'base64')),
      );
      return words.map(({ word }) => word).join(' ');
    },
    error: async (count = 1) => {
      await seen('error', count);
      return of('error').at(-1)?.error;
    },
  };
}

async function lastSession() {
  return records.parse(await control('GET', 'sessions')).sessions.at(-1);
}

describe('our client library', () => {
  test('understands everything the simulator sends', async () => {
    const { connection, strange, says, seen, heard } = await connect();
    connection.send(createResponse({ instructions: 'Say exactly: "Hi, this is Bluebird."' }));
    await seen('response.done');
    says(SILENCE, 'What are your hours?', SILENCE);
    await seen('response.done', 2);
    await seen('conversation.item.input_audio_transcription.completed');
    expect(strange).toEqual([]);
    expect(heard()).toMatch(/^Hi, this is Bluebird\. I'm not sure about that\./);
  });
});

describe('refusals', () => {
  type Refused = [what: string, fields: Record<string, unknown>, code: string, param: string | null];
  const raw = (fields: Record<string, unknown>) =>
    ({ ...createResponse(), ...fields }) as Parameters<RealtimeConnection['send']>[0];

  test.each<Refused>([
    ['an unknown event', { type: 'session.explode' }, 'invalid_value', 'type'],
    ['no type', { type: undefined }, 'missing_required_parameter', 'type'],
    [
      'a session without its type',
      { type: 'session.update', session: { voice: 'ash' } },
      'missing_required_parameter',
      'session.type',
    ],
    [
      'the beta’s temperature',
      { type: 'session.update', session: { type: 'realtime', temperature: 1 } },
      'unknown_parameter',
      'session.temperature',
    ],
    ['the beta’s modalities', { response: { modalities: ['audio'] } }, 'unknown_parameter', 'response.modalities'],
    [
      'both modalities',
      { response: { output_modalities: ['audio', 'text'] } },
      'invalid_value',
      'response.output_modalities',
    ],
    [
      'a speed out of range',
      { type: 'session.update', session: { type: 'realtime', audio: { output: { speed: 2 } } } },
      'invalid_value',
      'session.audio.output.speed',
    ],
    [
      'an unknown voice',
      { type: 'session.update', session: { type: 'realtime', audio: { output: { voice: 'bob' } } } },
      'invalid_value',
      'session.audio.output.voice',
    ],
    [
      'a fraction of a millisecond',
      { type: 'conversation.item.truncate', response: undefined, item_id: 'x', content_index: 0, audio_end_ms: 1.5 },
      'invalid_type',
      'audio_end_ms',
    ],
    [
      'audio that is not base64',
      { type: 'input_audio_buffer.append', response: undefined, audio: '&&' },
      'invalid_value',
      'audio',
    ],
    [
      'an item that is not there',
      { type: 'conversation.item.delete', response: undefined, item_id: 'nope' },
      'item_not_found',
      'item_id',
    ],
    [
      'an empty commit',
      { type: 'input_audio_buffer.commit', response: undefined },
      'input_audio_buffer_commit_empty',
      null,
    ],
    ['nothing to cancel', { type: 'response.cancel', response: undefined }, 'response_cancel_not_active', null],
    [
      'assistant content of a user',
      {
        type: 'conversation.item.create',
        response: undefined,
        item: { type: 'message', role: 'user', content: [{ type: 'output_text', text: 'x' }] },
      },
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'an output of no call',
      {
        type: 'conversation.item.create',
        response: undefined,
        item: { type: 'function_call_output', call_id: 'c', output: '' },
      },
      'invalid_tool_call_id',
      'item.call_id',
    ],
  ])('%s', async (_what, fields, code, param) => {
    const { connection, error, ends } = await connect();
    connection.send(
      raw({ ...(fields.type === 'session.update' ? { response: undefined } : {}), ...fields, event_id: 'c7' }),
    );
    expect(await error()).toMatchObject({ type: 'invalid_request_error', code, param, event_id: 'c7' });
    expect(ends).toEqual([]);
  });

  test('a second response, another voice after the first audio, and truncations that cannot be', async () => {
    const { connection, error, seen, of } = await connect();
    connection.send(createResponse({ instructions: 'Say: "One two three four five six seven eight nine ten."' }));
    await seen('response.output_audio.delta');
    connection.send(createResponse({}, 'second'));
    expect(await error()).toMatchObject({ code: 'conversation_already_has_active_response', event_id: 'second' });
    await seen('response.done');
    connection.send(sessionUpdate(sessionConfig(settings({ voice: 'marin', instructions: 'same voice' }))));
    await seen('session.updated', 2);
    connection.send(sessionUpdate(sessionConfig(settings({ voice: 'ash', instructions: 'refused whole' }))));
    expect(await error(2)).toMatchObject({ code: 'cannot_update_voice' });
    expect((await lastSession())?.instructions).toBe('same voice');

    const item = of('response.output_item.done')[0]?.item;
    connection.send(truncateItem(item?.id ?? '', 60_000));
    expect((await error(3))?.message).toMatch(/^Audio content of \d+ms is already shorter than 60000ms$/);
    connection.send(createItem(textItem('user', 'hi', 'item_mine')));
    connection.send(truncateItem('item_mine', 10));
    expect((await error(4))?.message).toBe('Only model output audio messages can be truncated');
  });

  test.each([
    ['a wrong key', { apiKey: 'sk-wrong' }, 'unauthorized', 'invalid_api_key'],
    ['an unknown model', { model: 'gpt-9' }, 'refused', 'model_not_found'],
  ])('at the door: %s', async (_what, changes, failure, code) => {
    const options = {
      apiKey: API_KEY,
      model: 'gpt-realtime-2.1',
      connectTimeoutMs: 2000,
      onEvent: () => undefined,
      onClose: () => undefined,
    };
    const opened = openRealtime({ url: `ws://127.0.0.1:${simulator.port}/v1/realtime`, ...options, ...changes });
    await expect(opened).rejects.toMatchObject({ failure, code });
  });

  test('the beta’s header closes with 4000', async () => {
    const { WebSocket } = await import('ws');
    const headers = { Authorization: `Bearer ${API_KEY}`, 'OpenAI-Beta': 'realtime=v1' };
    const socket = new WebSocket(`ws://127.0.0.1:${simulator.port}/v1/realtime?model=gpt-realtime-2.1`, { headers });
    const [code, reason] = await new Promise<[number, string]>((resolve) => {
      socket.once('close', (closeCode, text) => resolve([closeCode, text.toString()]));
    });
    expect([code, reason]).toEqual([4000, 'invalid_request_error.beta_api_shape_disabled']);
  });
});

describe('turns', () => {
  test('are found by energy, with the pauses between words inside them', async () => {
    const { says, of, seen } = await connect();
    says(SILENCE, 'one two three', new Uint8Array(2400).fill(0x7f), 'four', SILENCE, 'five', SILENCE);
    await seen('input_audio_buffer.committed', 2);
    await seen('conversation.item.input_audio_transcription.completed', 2);
    expect(of('conversation.item.input_audio_transcription.completed').map(({ transcript }) => transcript)).toEqual([
      'one two three four',
      'five',
    ]);
    expect(of('input_audio_buffer.speech_started')[0]?.audio_start_ms).toBe(300);
  });

  test('hold exactly the words that arrived intact', async () => {
    const { says, of, seen } = await connect();
    const { audio, words } = encodeSpeech('alpha beta gamma');
    const hit = (words[1]?.startMs ?? 0) * 8 + 400;
    audio.fill(0x22, hit, hit + 160);
    says(audio, SILENCE);
    await seen('conversation.item.input_audio_transcription.completed');
    expect(of('conversation.item.input_audio_transcription.completed')[0]?.transcript).toBe('alpha gamma');
    expect((await lastSession())?.damagedWords).toBe(1);
  });

  test('are the client’s business without turn detection', async () => {
    const { connection, says, of, seen } = await connect({ turnDetection: null });
    says('Hello there', SILENCE);
    connection.send({ type: 'input_audio_buffer.commit' });
    await seen('conversation.item.input_audio_transcription.completed');
    expect(of('input_audio_buffer.speech_started')).toEqual([]);
    expect(of('response.created')).toEqual([]);
    connection.send(createResponse());
    await seen('response.done');
  });

  test('semantic turn detection is accepted', async () => {
    const { says, seen } = await connect({ turnDetection: { type: 'semantic_vad', eagerness: 'high' } });
    says('Hello there', SILENCE);
    await seen('response.done');
  });

  test('PCM carries the words too', async () => {
    const { connection, append, of, seen } = await connect({ audioFormat: 'audio/pcm', turnDetection: null });
    connection.send(createResponse({ instructions: 'Say: "bit for bit"' }));
    await seen('response.done');
    // What came is sent back as the caller's voice, in pieces that cut samples in half.
    const pcm = Buffer.concat(of('response.output_audio.delta').map(({ delta }) => Buffer.from(delta, 'base64')));
    append(pcm, 997);
    connection.send({ type: 'input_audio_buffer.commit' });
    await seen('conversation.item.input_audio_transcription.completed');
    expect(of('conversation.item.input_audio_transcription.completed')[0]?.transcript).toBe('bit for bit');
  });
});

describe('interruption', () => {
  beforeEach(() => control('POST', 'faults', { kind: 'slow_first_audio', latencyMs: 60 }));

  test('ends the response being generated, every item closed before response.done', async () => {
    const { connection, says, of, seen, events } = await connect();
    connection.send(createResponse({ instructions: 'Say: "This takes a while to say."' }));
    await seen('response.content_part.added');
    says('Stop');
    await seen('response.done');
    expect(of('response.done')[0]?.response).toMatchObject({
      status: 'cancelled',
      status_details: { reason: 'turn_detected' },
    });
    const types = events.map(({ type }) => type);
    expect(types.slice(types.indexOf('input_audio_buffer.speech_started')).slice(0, 7)).toEqual([
      'input_audio_buffer.speech_started',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
  });

  test('is left to the client when the session says so', async () => {
    const { connection, says, of, seen } = await connect({ interruptResponse: false, createResponse: false });
    connection.send(createResponse({ instructions: 'Say: "This is said to its end."' }));
    await seen('response.content_part.added');
    says('Stop', SILENCE);
    await seen('response.done');
    expect(of('response.done')[0]?.response.status).toBe('completed');
    expect(of('response.created')).toHaveLength(1);
  });

  // The receptionist must not believe it said what nobody heard.
  test('a truncation takes back what was not heard, from wire and memory', async () => {
    const { connection, of, seen } = await connect();
    connection.send(createResponse({ instructions: 'Say: "My code is one two three four five."' }));
    await seen('response.done');
    const itemId = of('response.output_item.done')[0]?.item.id ?? '';
    connection.send(truncateItem(itemId, 1000.7));
    await seen('conversation.item.truncated');
    expect(of('conversation.item.truncated')[0]).toMatchObject({ item_id: itemId, audio_end_ms: 1000 });
    connection.send({ type: 'conversation.item.retrieve', item_id: itemId });
    await seen('conversation.item.retrieved');
    expect(of('conversation.item.retrieved')[0]?.item).toMatchObject({ content: [{ transcript: null }] });
    expect((await lastSession())?.said[0]).toMatchObject({
      text: 'My code is one two three four five.',
      heardText: 'My code is',
    });
    connection.send(deleteItem(itemId));
    await seen('conversation.item.deleted');
    expect((await lastSession())?.said[0]?.heardText).toBe('');
  });

  test('cancelling is the client’s own word for it; usage may be missing', async () => {
    await control('PUT', 'behaviour', { usageOnCancelled: false, itemDoneFirst: true, rateLimitsAtStart: true });
    const { connection, of, seen, events } = await connect();
    connection.send(createResponse());
    await seen('response.content_part.added');
    connection.send(cancelResponse());
    await seen('response.done');
    expect(of('response.done')[0]?.response).toMatchObject({
      status: 'cancelled',
      status_details: { reason: 'client_cancelled' },
      usage: null,
    });
    const types = events.map(({ type }) => type);
    expect(types.indexOf('conversation.item.done')).toBeLessThan(types.indexOf('response.output_item.done'));
    expect(types.indexOf('rate_limits.updated')).toBe(types.indexOf('response.created') + 1);
  });
});

describe('beside the conversation', () => {
  test('an out-of-band response leaves no trace and may run at the same time', async () => {
    const { connection, of, seen } = await connect();
    connection.send(createResponse({ instructions: 'Say: "In the conversation, slowly and with many words."' }));
    const aside = {
      conversation: 'none',
      outputModality: 'text',
      instructions: 'Say: "aside"',
      metadata: { for: 'test' },
    } as const;
    connection.send(createResponse(aside));
    await seen('response.done', 2);
    const spoken = of('response.done').map(({ response }) => [
      response.conversation_id === null,
      response.metadata?.for,
    ]);
    expect(spoken.toSorted()).toEqual([
      [false, undefined],
      [true, 'test'],
    ]);
    expect(of('conversation.item.added')).toHaveLength(1);
    expect(of('error')).toEqual([]);
  });

  test('cached tokens are a part of the input', async () => {
    const { connection, of, seen } = await connect({ instructions: 'word '.repeat(200) });
    connection.send(createResponse());
    await seen('response.done');
    connection.send(createResponse());
    await seen('response.done', 2);
    const usage = of('response.done')[1]?.response.usage;
    expect(usage?.input_token_details.cached_tokens).toBeGreaterThan(0);
    expect(usage?.input_tokens).toBeGreaterThanOrEqual(usage?.input_token_details.cached_tokens ?? 0);
  });
});

describe('scripts and faults', () => {
  test('scripted turns are said and called exactly, then the rules go on', async () => {
    await control('POST', 'script', {
      instructionsInclude: 'only this one',
      skipInstructed: true,
      turns: [{ say: 'Exactly this.', calls: [{ name: 'book_slot', arguments: { slot: 's1' } }] }],
    });
    const other = await connect();
    other.connection.send(createResponse());
    const { connection, of, seen } = await connect({ instructions: 'only this one' });
    connection.send(createResponse({ instructions: 'Say: "Greeting."' }));
    await seen('response.done');
    connection.send(createResponse());
    await seen('response.done', 2);
    expect(of('response.output_audio_transcript.done').map(({ transcript }) => transcript)).toEqual([
      'Greeting.',
      'Exactly this.',
    ]);
    const [call] = of('response.function_call_arguments.done');
    connection.send(
      createItem(functionOutput(call?.call_id ?? '', '{"booked":true,"time":"now","confirmation_code":"X1"}')),
    );
    connection.send(createResponse());
    await seen('response.done', 3);
    expect(of('response.output_audio_transcript.done').at(-1)?.transcript).toContain("You're booked for now.");
    await other.seen('response.done');
    expect(other.of('response.output_audio_transcript.done')[0]?.transcript).toBe(
      'Hi, this is Bluebird, how can I help you?',
    );
  });

  test.each([[401], [429], [500]])('new sessions are refused with %i, as often as wanted', async (status) => {
    await control('POST', 'faults', { kind: 'refuse', status, count: 1 });
    await expect(connect()).rejects.toMatchObject({ name: 'RealtimeConnectError', retryable: status !== 401 });
    await connect();
  });

  test('a dropped connection, in the middle of the audio', async () => {
    await control('POST', 'faults', { kind: 'drop', at: 'audio' });
    const { connection, ends } = await connect();
    connection.send(createResponse({ instructions: 'Say: "one two three four"' }));
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: 1006 }]));
  });

  test('a stalled one says nothing and answers no ping', async () => {
    const { connection, ends, of } = await connect();
    await control('POST', 'faults', { kind: 'stall' });
    connection.send(createResponse());
    const beatUntilSilent = () => {
      connection.beat();
      expect(ends).toMatchObject([{ cause: 'silent' }]);
    };
    await vi.waitFor(beatUntilSilent, { interval: 50 });
    expect(of('response.created')).toEqual([]);
  });

  test('errors, failed responses, failed transcriptions', async () => {
    await control('POST', 'faults', { kind: 'fail_response', code: 'rate_limit_exceeded', message: 'slow down' });
    await control('POST', 'faults', { kind: 'fail_transcription' });
    const { says, of, seen, error } = await connect();
    await control('POST', 'faults', { kind: 'error', message: 'hiccup' });
    expect(await error()).toMatchObject({ code: 'server_error', message: 'hiccup', event_id: null });
    says('hello', SILENCE);
    await seen('conversation.item.input_audio_transcription.failed');
    await seen('response.done');
    expect(of('response.done')[0]?.response).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'rate_limit_exceeded', message: 'slow down' } },
    });
  });

  test('an expired session says so and closes', async () => {
    const { error, ends } = await connect();
    await control('POST', 'faults', { kind: 'expire' });
    expect(await error()).toMatchObject({ code: 'session_expired' });
    await vi.waitFor(() => expect(ends).toMatchObject([{ cause: 'closed', code: 1000 }]));
  });
});
