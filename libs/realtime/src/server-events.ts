/**
 * The events the model's server sends, GA names only.
 *
 * Gotchas
 * - New event types and new item types appear without notice. An unknown event is passed on as `unknown` with its
 *   name; only what this library reads of a known event is required, everything else about it is dropped.
 * - `conversation.created`, `conversation.item.created` are in the vendor's types but were absent from captures of the
 *   GA API: nothing may depend on them.
 * - A response's `conversation_id` is null for an out-of-band response. Absent is not null.
 */
import { z } from 'zod';
import { audioDelta, BASE64 } from './audio-delta.ts';
import { readContentDelta } from './content-delta.ts';
import { item } from './items.ts';
import { transcriptDelta } from './transcript-delta.ts';
import { usage } from './usage.ts';

const eventId = z.string().default('');
const index = z.int().min(0);
const nullableText = z.string().nullable().default(null);

export const modelError = z.object({
  type: z.string().default(''),
  code: nullableText,
  message: z.string().default(''),
  param: nullableText,
  /** The `event_id` of the client event that caused it, when one did. */
  event_id: nullableText,
});
export type ModelError = z.infer<typeof modelError>;

const session = z.looseObject({
  id: z.string().optional(),
  type: z.string().optional(),
  model: z.string().optional(),
  /** Unix seconds; sessions end after 60 minutes. */
  expires_at: z.number().nullish(),
});

export const response = z.object({
  id: z.string(),
  conversation_id: z.string().nullish(),
  status: z.enum(['in_progress', 'completed', 'cancelled', 'incomplete', 'failed', 'unknown']).catch('unknown'),
  status_details: z
    .object({
      reason: z.string().nullable().default(null),
      error: z.object({ type: nullableText, code: nullableText, message: nullableText }).nullable().default(null),
    })
    .nullable()
    .default(null),
  output: z.array(item).default([]),
  metadata: z.record(z.string(), z.string()).nullable().default(null),
  usage: usage.nullable().default(null),
});
export type ModelResponse = z.infer<typeof response>;

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), event_id: eventId, ...shape });
}

const inItem = { item_id: z.string(), content_index: index };
const inOutput = { response_id: z.string(), item_id: z.string(), output_index: index };
const inContent = { ...inOutput, content_index: index };
const withPrevious = { previous_item_id: nullableText, item };
const part = z.object({ type: z.string(), transcript: nullableText, text: nullableText });

export const serverEvent = z.discriminatedUnion('type', [
  event('session.created', { session }),
  event('session.updated', { session }),
  event('error', { error: modelError }),

  event('input_audio_buffer.speech_started', { audio_start_ms: z.number(), item_id: z.string() }),
  event('input_audio_buffer.speech_stopped', { audio_end_ms: z.number(), item_id: z.string() }),
  event('input_audio_buffer.committed', { previous_item_id: nullableText, item_id: z.string() }),
  event('input_audio_buffer.cleared', {}),
  event('input_audio_buffer.timeout_triggered', {
    audio_start_ms: z.number(),
    audio_end_ms: z.number(),
    item_id: z.string(),
  }),

  event('conversation.item.added', withPrevious),
  event('conversation.item.done', withPrevious),
  event('conversation.item.retrieved', { item }),
  event('conversation.item.deleted', { item_id: z.string() }),
  event('conversation.item.truncated', { ...inItem, audio_end_ms: z.number() }),
  event('conversation.item.input_audio_transcription.delta', { ...inItem, delta: z.string().default('') }),
  event('conversation.item.input_audio_transcription.completed', { ...inItem, transcript: z.string() }),
  event('conversation.item.input_audio_transcription.failed', { ...inItem, error: modelError }),

  event('response.created', { response }),
  event('response.done', { response }),
  event('response.output_item.added', { response_id: z.string(), output_index: index, item }),
  event('response.output_item.done', { response_id: z.string(), output_index: index, item }),
  event('response.content_part.added', { ...inContent, part }),
  event('response.content_part.done', { ...inContent, part }),
  audioDelta,
  event('response.output_audio.done', inContent),
  transcriptDelta,
  event('response.output_audio_transcript.done', { ...inContent, transcript: z.string() }),
  event('response.output_text.delta', { ...inContent, delta: z.string() }),
  event('response.output_text.done', { ...inContent, text: z.string() }),
  event('response.function_call_arguments.delta', { ...inOutput, call_id: z.string(), delta: z.string() }),
  event('response.function_call_arguments.done', { ...inOutput, call_id: z.string(), arguments: z.string() }),

  event('rate_limits.updated', {
    rate_limits: z.array(
      z.object({ name: z.string(), limit: z.number(), remaining: z.number(), reset_seconds: z.number() }),
    ),
  }),
]);

export type ServerEvent = z.infer<typeof serverEvent>;
export type ServerEventOf<Type extends ServerEvent['type']> = Extract<ServerEvent, { type: Type }>;

/** An event of a type this library does not know; `eventType` is the server's name for it. */
export interface UnknownEvent {
  type: 'unknown';
  eventType: string;
}

export type ParsedServerMessage =
  | { kind: 'event'; event: ServerEvent | UnknownEvent }
  | { kind: 'malformed'; reason: string };

type EventSchema = (typeof serverEvent.options)[number];
const schemas: ReadonlyMap<string, EventSchema> = new Map(
  serverEvent.options.map((option) => [option.shape.type.value, option]),
);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typeOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('type' in json)) return undefined;
  return typeof json.type === 'string' ? json.type : undefined;
}

/**
 * Reads one message of the server. Never throws.
 * @returns `malformed` with the paths that are wrong, never with the content: it may be what somebody said
 */
export function parseServerMessage(text: string): ParsedServerMessage {
  const json = parseJson(text);
  if (json === undefined) return { kind: 'malformed', reason: 'not JSON' };
  const type = typeOf(json);
  if (type === undefined) return { kind: 'malformed', reason: 'no event type' };
  // Looked up by us: the union would look at each event twice to do the same.
  const schema = schemas.get(type);
  if (schema === undefined) return { kind: 'event', event: { type: 'unknown', eventType: type } };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const paths = parsed.error.issues.map((issue) => issue.path.join('.') || '(event)');
  return { kind: 'malformed', reason: `${type}: ${paths.join(', ')}` };
}

/** The short way for what comes most often, see `content-delta.ts`. @param type as the message's start has it */
export function readDelta(
  type: string | undefined,
  start: string,
  message: Buffer,
  from: number,
  to: number,
): ServerEvent | undefined {
  switch (type) {
    case 'response.output_audio.delta':
      return readContentDelta(type, start, message, from, to, BASE64);
    case 'response.output_audio_transcript.delta':
      return readContentDelta(type, start, message, from, to);
    default:
      return undefined;
  }
}
