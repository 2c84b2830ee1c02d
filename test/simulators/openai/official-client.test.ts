/**
 * The simulator against the vendor's own client, over TLS: what that client sends must be accepted, and what it
 * expects must come. A stand-in that only our own code can talk to would prove nothing.
 */
import OpenAI, { AuthenticationError, BadRequestError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createSpeechListener, encodeSpeech } from '../speech/speech.ts';
import { type Simulator, startOpenAiSimulator } from './simulator.ts';

const API_KEY = 'sk-simulated';
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startOpenAiSimulator({
    apiKey: API_KEY,
    pace: { firstAudioLatencyMs: 5, speed: 500 },
    transcriptionDelayMs: 5,
  });
});
afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
});

/** Connects with the official client and collects every event. */
async function connect() {
  const client = new OpenAI({ apiKey: API_KEY, baseURL: `https://127.0.0.1:${simulator.tlsPort}/v1` });
  const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime-2.1', options: { ca: simulator.ca } }, client);
  const events: RealtimeServerEvent[] = [];
  const errors: string[] = [];
  realtime.on('event', (event) => events.push(event));
  realtime.on('error', (error) => errors.push(error.message));
  await vi.waitFor(() => expect(events.map((event) => event.type)).toEqual(['session.created']));
  return {
    realtime,
    events,
    errors,
    types: () => events.map((event) => event.type),
    of: <Type extends RealtimeServerEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<RealtimeServerEvent, { type: Type }> => event.type === type),
    seen: (type: RealtimeServerEvent['type'], count = 1) =>
      vi.waitFor(() => expect(events.filter((event) => event.type === type).length).toBeGreaterThanOrEqual(count), {
        timeout: 4000,
      }),
  };
}

const telephone = {
  type: 'realtime',
  output_modalities: ['audio'],
  instructions: 'You speak for Bluebird Heating & Air.',
  audio: {
    input: {
      format: { type: 'audio/pcmu' },
      transcription: { model: 'gpt-transcribe' },
      turn_detection: { type: 'server_vad', silence_duration_ms: 500 },
    },
    output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
  },
} as const;

describe('the realtime client', () => {
  test('configures a session', async () => {
    const { realtime, of, seen } = await connect();
    realtime.send({
      type: 'session.update',
      session: { ...telephone, output_modalities: ['audio'], audio: { ...telephone.audio } },
    });
    await seen('session.updated');
    expect(of('session.updated')[0]?.session).toMatchObject({
      type: 'realtime',
      instructions: 'You speak for Bluebird Heating & Air.',
      audio: {
        input: { turn_detection: { prefix_padding_ms: 300, create_response: true } },
        output: { voice: 'marin' },
      },
    });
    realtime.close();
  });

  test('has a text turn', async () => {
    const { realtime, of, seen, types } = await connect();
    realtime.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'My name is Ada.' }] },
    });
    realtime.send({ type: 'response.create' });
    await seen('rate_limits.updated');
    expect(of('response.output_text.done')[0]?.text).toBe('Thanks, Ada. How can I help you?');
    expect(types().slice(types().indexOf('response.created'))).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    realtime.close();
  });

  test('has an audio turn, in the order of the real server', async () => {
    const { realtime, of, seen, types, errors } = await connect();
    realtime.send({ type: 'session.update', session: { ...telephone, output_modalities: ['audio'] } });
    const silence = new Uint8Array(8000).fill(0xff);
    const speech = Buffer.concat([silence, encodeSpeech('Hello, my name is Noor.').audio, silence]);
    for (let at = 0; at < speech.length; at += 160) {
      realtime.send({ type: 'input_audio_buffer.append', audio: speech.subarray(at, at + 160).toString('base64') });
    }
    await seen('rate_limits.updated');
    await seen('conversation.item.input_audio_transcription.completed');
    expect(errors).toEqual([]);
    expect(of('conversation.item.input_audio_transcription.completed')[0]?.transcript).toBe('Hello, my name is Noor.');
    const order = types().filter((type) => !type.includes('transcription') && !type.endsWith('.delta'));
    expect(order.slice(2)).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const listener = createSpeechListener();
    const heard = of('response.output_audio.delta').flatMap(({ delta }) => listener.push(Buffer.from(delta, 'base64')));
    expect(heard.map(({ word }) => word).join(' ')).toBe('Thanks, Noor. How can I help you?');
    const usage = of('response.done')[0]?.response.usage;
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
    expect(usage?.output_token_details?.audio_tokens).toBeGreaterThan(0);
    realtime.close();
  });

  test('has a function called, and answers with its output', async () => {
    const { realtime, of, seen, types } = await connect();
    realtime.send({
      type: 'session.update',
      session: {
        ...telephone,
        output_modalities: ['audio'],
        tools: [
          {
            type: 'function',
            name: 'search_knowledge',
            description: 'Looks something up.',
            parameters: { type: 'object', properties: { query: { type: 'string' } } },
          },
        ],
      },
    });
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Where do you park?' }] },
    });
    realtime.send({ type: 'response.create' });
    await seen('response.done');
    const [call] = of('response.function_call_arguments.done');
    expect(JSON.parse(call?.arguments ?? '')).toEqual({ query: 'Where do you park?' });
    expect(
      types()
        .slice(types().indexOf('response.created'))
        .filter((type) => !type.endsWith('delta'))
        .slice(0, 6),
    ).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'conversation.item.done',
    ]);
    const passages = [{ title: 'Parking', text: 'Park behind the house.' }];
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: call?.call_id ?? '', output: JSON.stringify({ passages }) },
    });
    realtime.send({ type: 'response.create' });
    await seen('response.done', 2);
    expect(of('response.output_audio_transcript.done')[0]?.transcript).toBe('Park behind the house. Anything else?');
    realtime.close();
  });

  test('is told what is wrong, and goes on', async () => {
    const { realtime, errors, seen } = await connect();
    realtime.send({ type: 'response.cancel', event_id: 'c1' });
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toContain('Cancellation failed: no active response found');
    realtime.send({ type: 'session.update', session: { type: 'realtime', instructions: 'x' } });
    await seen('session.updated');
    realtime.close();
  });
});

describe('the REST client', () => {
  const summary = z.object({
    summary: z.string(),
    outcome: z.enum(['appointment_booked', 'question_answered', 'no_outcome']),
    topics: z.array(z.string()).max(20),
    callerName: z.string().nullable(),
  });
  const rest = (apiKey = API_KEY) =>
    new OpenAI({ apiKey, baseURL: `http://127.0.0.1:${simulator.port}/v1`, maxRetries: 0 });
  const ask = (content: string) => ({
    model: 'gpt-5-mini',
    messages: [{ role: 'user' as const, content }],
    response_format: zodResponseFormat(summary, 'call_summary'),
  });

  // A summary that did not come from the words would let a broken transcript pass every test.
  test('parses a summary whose facts are the transcript’s', async () => {
    const name = `Zora ${['Quill', 'Marsh', 'Finch'][Date.now() % 3]}`;
    const transcript = [
      '[00:01] Receptionist: Hi, this is Bluebird, how can I help you?',
      `[00:05] Caller: My name is ${name}, can I get an appointment?`,
      "[00:30] Receptionist: You're booked for Friday, December 4 at 9 AM with Dana. Your confirmation code is K7Q2. Anything else?",
      '[00:40] Caller: No, thank you. Goodbye!',
    ];
    const completion = await rest().chat.completions.parse(ask(transcript.join('\n')));
    expect(completion.choices[0]?.message.parsed).toEqual({
      summary: `${name} booked an appointment for Friday, December 4 at 9 AM with Dana.`,
      outcome: 'appointment_booked',
      topics: expect.arrayContaining(['appointment']),
      callerName: name,
    });
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    const silent = await rest().chat.completions.parse(ask('[00:01] Receptionist: Hello?'));
    expect(silent.choices[0]?.message.parsed).toMatchObject({ callerName: null, outcome: 'no_outcome' });
  });

  test('is refused with a wrong key and with a schema the real API refuses', async () => {
    await expect(rest('sk-wrong').models.list()).rejects.toBeInstanceOf(AuthenticationError);
    const open = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const closed = { ...open, additionalProperties: false };
    for (const [schema, complaint] of [
      [open, "'additionalProperties' is required to be supplied and to be false"],
      [{ ...closed, required: [] }, "Missing 'a'"],
      [{ ...closed, properties: { a: { type: 'string', minLength: 1 } } }, "'minLength' is not permitted"],
    ] as const) {
      const request = {
        ...ask('Caller: hi'),
        response_format: { type: 'json_schema', json_schema: { name: 's', strict: true, schema } },
      } as const;
      const error = await rest()
        .chat.completions.create(request)
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BadRequestError);
      expect(String(error)).toContain(complaint);
    }
    await expect(rest().chat.completions.create({ ...ask('hi'), temperature: 0.2 })).rejects.toThrow('temperature');
    expect((await rest().models.list()).data.map(({ id }) => id)).toContain('gpt-5-mini');
  });
});
