/** One response of the lean model, in the real order of events: a tool call, or words with their audio. */

import type { Send } from './model-session.ts';
import { DELTA_MS } from './pace.ts';
import { nowUs, STAMP_CHARS, type StampKind, writeStamp } from './stamp.ts';
import type { ToolCall } from './tool-user.ts';

export interface ReplyOptions {
  send: Send;
  newId(prefix: string): string;
  kind: StampKind;
  call: number;
  deltas: number;
  delayMs: number;
  everyMs: number;
  metadata: Record<string, string> | null;
  /** Calls this tool in place of speaking. */
  tool?: (() => ToolCall) | undefined;
  onDone(): void;
}

export interface RunningReply {
  cancel(reason: 'turn_detected' | 'client_cancelled'): void;
  /** Nobody listens any more. */
  abandon(): void;
}

const AUDIO = Buffer.alloc(DELTA_MS * 8, 0x1c)
  .toString('base64')
  .slice(STAMP_CHARS);
const WORD = ' certainly';
const usage = {
  total_tokens: 900,
  input_tokens: 800,
  output_tokens: 100,
  input_token_details: { text_tokens: 600, audio_tokens: 200, cached_tokens: 512 },
  output_token_details: { text_tokens: 20, audio_tokens: 80 },
};

export function startReply(options: ReplyOptions): RunningReply {
  const { send, newId, metadata } = options;
  const id = newId('resp');
  const itemId = newId('item');
  const place = { response_id: id, item_id: itemId, output_index: 0 };
  const content = { ...place, content_index: 0 };
  let said = '';
  let sent = 0;
  let opened = false;
  let timer: NodeJS.Timeout;

  const response = (status: string, more: object = {}) => ({
    ...{ object: 'realtime.response', id, status, status_details: null, output: [], conversation_id: 'conv_load' },
    ...{ output_modalities: ['audio'], metadata, usage: null },
    ...more,
  });

  function added(item: object): void {
    send({ type: 'response.output_item.added', response_id: id, output_index: 0, item });
    send({ type: 'conversation.item.added', previous_item_id: null, item });
  }

  function done(item: object, status: string, details: object | null = null): void {
    clearTimeout(timer);
    send({ type: 'response.output_item.done', response_id: id, output_index: 0, item });
    send({ type: 'conversation.item.done', previous_item_id: null, item });
    finish(status, details, [item]);
  }

  function finish(status: string, details: object | null, output: object[]): void {
    clearTimeout(timer);
    options.onDone();
    send({ type: 'response.done', response: response(status, { status_details: details, output, usage }) });
    const tokens = { name: 'tokens', limit: 200_000, remaining: 199_000, reset_seconds: 0.5 };
    send({ type: 'rate_limits.updated', rate_limits: [tokens] });
  }

  const message = (status: string) => ({
    id: itemId,
    type: 'message',
    role: 'assistant',
    status,
    content: said === '' ? [] : [{ type: 'output_audio', transcript: said }],
  });

  function callTool({ callId, name, args, sending }: ToolCall): void {
    const item = (status: string, text: string) => ({
      id: itemId,
      type: 'function_call',
      status,
      call_id: callId,
      name,
      arguments: text,
    });
    added(item('in_progress', ''));
    send({ type: 'response.function_call_arguments.delta', ...place, call_id: callId, delta: args });
    send({ type: 'response.function_call_arguments.done', ...place, call_id: callId, name, arguments: args });
    sending();
    done(item('completed', args), 'completed');
  }

  function speak(): void {
    opened = true;
    added(message('in_progress'));
    send({ type: 'response.content_part.added', ...content, part: { type: 'audio', transcript: '' } });
    next();
  }

  function next(): void {
    if (sent >= options.deltas) {
      close('completed');
      return;
    }
    sent += 1;
    said += WORD;
    send({ type: 'response.output_audio_transcript.delta', ...content, delta: WORD });
    const delta = writeStamp(options.kind, options.call, nowUs()) + AUDIO;
    send({ type: 'response.output_audio.delta', ...content, delta });
    timer = setTimeout(next, options.everyMs);
  }

  function close(status: string, details: object | null = null): void {
    if (!opened) {
      finish(status, details, []);
      return;
    }
    send({ type: 'response.output_audio.done', ...content });
    send({ type: 'response.output_audio_transcript.done', ...content, transcript: said });
    send({ type: 'response.content_part.done', ...content, part: { type: 'audio', transcript: said } });
    done(message(status === 'completed' ? status : 'incomplete'), status, details);
  }

  send({ type: 'response.created', response: response('in_progress') });
  timer = setTimeout(() => (options.tool ? callTool(options.tool()) : speak()), options.delayMs);
  return {
    cancel: (reason) => close('cancelled', { type: 'cancelled', reason }),
    abandon: () => clearTimeout(timer),
  };
}
