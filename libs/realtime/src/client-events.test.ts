import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import { describe, expect, test } from 'vitest';
import {
  cancelResponse,
  createItem,
  createResponse,
  deleteItem,
  functionCall,
  functionOutput,
  sessionUpdate,
  textItem,
  truncateItem,
} from './client-events.ts';
import { sessionConfig } from './session.ts';

const tool = { name: 'end_call', description: 'Hangs up.', parameters: { type: 'object', properties: {} } };

const config = sessionConfig({
  instructions: 'Be brief.',
  voice: 'marin',
  turnDetection: { type: 'server_vad', threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 },
  transcription: { model: 'gpt-transcribe', language: 'en', vocabulary: ['Zoë', 'Elm Street'] },
  noiseReduction: null,
  tools: [tool],
});

// The vendor's own types are the nearest thing to a schema of what the server accepts. (They do not admit the null
// that its documentation gives for switching transcription and noise reduction off, so those are set here.)
test('what we send has the vendor’s types', () => {
  const spoken = sessionConfig({
    instructions: '',
    voice: { id: 'voice_1' },
    turnDetection: { type: 'semantic_vad', eagerness: 'low' },
    transcription: null,
    noiseReduction: 'far_field',
    tools: [],
    audioFormat: 'audio/pcm',
  });
  const { transcription: _off, ...input } = spoken.audio.input;
  const events: RealtimeClientEvent[] = [
    {
      type: 'session.update',
      session: { ...spoken, audio: { ...spoken.audio, input: { ...input, noise_reduction: { type: 'far_field' } } } },
    },
    createItem(textItem('user', 'Hello'), 'root', 'c1') as Extract<
      RealtimeClientEvent,
      { type: 'conversation.item.create' }
    >,
    createItem(textItem('assistant', 'Hi')) as Extract<RealtimeClientEvent, { type: 'conversation.item.create' }>,
  ];
  expect(events).toHaveLength(3);
});

describe('the session', () => {
  test('names everything a call depends on, in the GA shape', () => {
    expect(sessionUpdate(config, 'c1')).toEqual({
      type: 'session.update',
      event_id: 'c1',
      session: {
        type: 'realtime',
        output_modalities: ['audio'],
        instructions: 'Be brief.',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            noise_reduction: null,
            transcription: { model: 'gpt-transcribe', language: 'en', keywords: ['Zoë', 'Elm Street'] },
            turn_detection: {
              type: 'server_vad',
              threshold: 0.5,
              prefix_padding_ms: 300,
              silence_duration_ms: 500,
              idle_timeout_ms: null,
              create_response: true,
              interrupt_response: true,
            },
          },
          output: { format: { type: 'audio/pcmu' }, voice: 'marin', speed: 1 },
        },
        tools: [{ type: 'function', ...tool }],
        tool_choice: 'auto',
        max_output_tokens: 'inf',
        truncation: 'auto',
      },
    });
  });

  // Each recogniser takes its hints in another place; one takes none and refuses a session that has them.
  test.each([
    ['gpt-transcribe', { prompt: 'A clinic.', keywords: ['Elm'] }],
    ['gpt-4o-transcribe', { prompt: 'A clinic. Elm' }],
    ['gpt-realtime-whisper', {}],
  ])('vocabulary for %s', (model, expected) => {
    const { transcription } = sessionConfig({
      instructions: '',
      voice: 'marin',
      turnDetection: null,
      transcription: { model, prompt: 'A clinic.', vocabulary: ['Elm'] },
      noiseReduction: null,
      tools: [],
    }).audio.input;
    expect(transcription).toEqual({ model, ...expected });
  });
});

describe('events', () => {
  test('truncation is in whole milliseconds and never at zero', () => {
    expect(truncateItem('i1', 1234.9)).toMatchObject({ type: 'conversation.item.truncate', audio_end_ms: 1234 });
    expect(truncateItem('i1', 0.4, 0, 'c9')).toEqual({ ...deleteItem('i1'), event_id: 'c9' });
  });

  test('only what is given is sent', () => {
    expect(createResponse()).toEqual({ type: 'response.create', response: {} });
    expect(createResponse({ toolChoice: { name: 'end_call' }, conversation: 'none', metadata: { a: 'b' } })).toEqual({
      type: 'response.create',
      response: { tool_choice: { type: 'function', name: 'end_call' }, conversation: 'none', metadata: { a: 'b' } },
    });
    expect(cancelResponse()).toEqual({ type: 'response.cancel' });
    expect(createItem(functionOutput('call_1', '{}'))).toEqual({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'call_1', output: '{}' },
    });
    expect(functionCall('call_1', 'f', '{}')).toMatchObject({ type: 'function_call', call_id: 'call_1' });
  });
});
