import { describe, expect, test } from 'vitest';
import { classifyError } from './errors.ts';
import { parseServerMessage } from './server-events.ts';
import { addUsage, NO_USAGE } from './usage.ts';

const read = (value: unknown) => parseServerMessage(JSON.stringify(value));

describe('what the server sends', () => {
  // A type the library has not heard of must not cost the call.
  test('an unknown event passes with its name', () => {
    expect(read({ type: 'response.hologram.delta', event_id: 'e', delta: 1 })).toEqual({
      kind: 'event',
      event: { type: 'unknown', eventType: 'response.hologram.delta' },
    });
  });

  test.each([
    ['not JSON', '{"type":'],
    ['no event type', '[1]'],
    ['no event type', '{"type":7}'],
  ])('%s is reported', (reason, text) => {
    expect(parseServerMessage(text)).toEqual({ kind: 'malformed', reason });
  });

  // The reason goes into a log: it must not carry what somebody said.
  test('a malformed known event is reported by its paths, without its content', () => {
    const parsed = read({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 7,
      content_index: 0,
      transcript: { secret: 'my number is 555-0142' },
    });
    expect(parsed).toEqual({
      kind: 'malformed',
      reason: 'conversation.item.input_audio_transcription.completed: item_id, transcript',
    });
  });

  // `response.done` releases the response queue: an item of a new kind in it must not make it unreadable.
  test('a finished response is read whatever items it holds', () => {
    const parsed = read({
      type: 'response.done',
      event_id: 'e1',
      response: {
        id: 'resp_1',
        object: 'realtime.response',
        conversation_id: 'conv_1',
        status: 'paused_by_a_later_release',
        status_details: null,
        output: [
          {
            id: 'i1',
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_audio', transcript: 'Hi.' }],
          },
          { id: 'i2', type: 'function_call', status: 'completed', call_id: 'c1', name: 'end_call', arguments: '{}' },
          { id: 'i3', type: 'mcp_call', server_label: 'x' },
        ],
        metadata: null,
        usage: {
          total_tokens: 420,
          input_tokens: 300,
          output_tokens: 120,
          input_token_details: { text_tokens: 200, audio_tokens: 100, image_tokens: 0, cached_tokens: 128 },
          output_token_details: { text_tokens: 30, audio_tokens: 90 },
        },
      },
    });
    if (parsed.kind !== 'event' || parsed.event.type !== 'response.done') throw new Error('not read');
    const { response } = parsed.event;
    expect(response.status).toBe('unknown');
    expect(response.output.map((item) => item.type)).toEqual(['message', 'function_call', 'other']);
    expect(addUsage(addUsage(NO_USAGE, response.usage), null)).toEqual({
      inputTokens: 300,
      outputTokens: 120,
      cachedTokens: 128,
      audioInputTokens: 100,
      audioOutputTokens: 90,
    });
  });

  test('an out-of-band response is told from one whose conversation is not named', () => {
    const created = (response: object) => {
      const parsed = read({ type: 'response.created', response: { id: 'r', status: 'in_progress', ...response } });
      if (parsed.kind !== 'event' || parsed.event.type !== 'response.created') throw new Error('not read');
      return parsed.event.response.conversation_id;
    };
    expect(created({ conversation_id: null })).toBeNull();
    expect(created({})).toBeUndefined();
    expect(created({ conversation_id: 'conv_1' })).toBe('conv_1');
  });
});

describe('errors', () => {
  test.each([
    ['conversation_already_has_active_response', '', 'active_response', false],
    [null, 'Audio content of 9250ms is already shorter than 57340ms', 'truncation', false],
    [null, 'Only model output audio messages can be truncated', 'truncation', false],
    ['response_cancel_not_active', 'Cancellation failed: no active response found', 'cancel_not_active', false],
    ['cannot_update_voice', '', 'voice_locked', false],
    ['session_expired', 'Your session hit the maximum duration of 60 minutes.', 'session_expired', true],
    ['insufficient_quota', '', 'quota', true],
    ['unknown_parameter', 'Unknown parameter', 'invalid_request', false],
  ])('%s %s is %s', (code, message, kind, fatal) => {
    expect(classifyError({ type: 'invalid_request_error', code, message })).toEqual({ kind, fatal });
  });
});
