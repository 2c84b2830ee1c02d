/** What a client may send, strictly: an unknown parameter, a wrong type or a value out of range refuses the event. */
import { z } from 'zod';
import { responseParams, sessionParams } from './params.ts';
import { RefusedEvent, refusalFrom } from './refusal.ts';

const id = z.string().min(1).max(128);
const status = z.enum(['completed', 'incomplete', 'in_progress']);
const common = { id: id.optional(), object: z.literal('realtime.item').optional(), status: status.optional() };

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  audio: z.string(),
  transcript: z.string().optional(),
});
const outputText = z.strictObject({ type: z.literal('output_text'), text: z.string() });
const outputAudio = z.strictObject({
  type: z.literal('output_audio'),
  audio: z.string().optional(),
  transcript: z.string().optional(),
});

const message = z.discriminatedUnion('role', [
  z.strictObject({
    ...common,
    type: z.literal('message'),
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [inputText, inputAudio])),
  }),
  z.strictObject({ ...common, type: z.literal('message'), role: z.literal('system'), content: z.array(inputText) }),
  z.strictObject({
    ...common,
    type: z.literal('message'),
    role: z.literal('assistant'),
    content: z.array(z.discriminatedUnion('type', [outputText, outputAudio])),
  }),
]);

export const newItem = z.discriminatedUnion('type', [
  message,
  z.strictObject({
    ...common,
    type: z.literal('function_call'),
    call_id: id.optional(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.strictObject({ ...common, type: z.literal('function_call_output'), call_id: id, output: z.string() }),
]);
export type NewItem = z.infer<typeof newItem>;

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.strictObject({ type: z.literal(type), event_id: z.string().max(512).optional(), ...shape });
}

export const clientEvent = z.discriminatedUnion('type', [
  event('session.update', { session: sessionParams }),
  event('input_audio_buffer.append', { audio: z.string() }),
  event('input_audio_buffer.commit', {}),
  event('input_audio_buffer.clear', {}),
  event('conversation.item.create', { item: newItem, previous_item_id: z.string().nullable().optional() }),
  event('conversation.item.retrieve', { item_id: z.string() }),
  event('conversation.item.delete', { item_id: z.string() }),
  event('conversation.item.truncate', {
    item_id: z.string(),
    content_index: z.int().min(0),
    audio_end_ms: z.int().min(0),
  }),
  event('response.create', { response: responseParams(newItem).optional() }),
  event('response.cancel', { response_id: z.string().optional() }),
]);
export type ClientEvent = z.infer<typeof clientEvent>;

const named = z.looseObject({ type: z.string() });

/** @throws RefusedEvent in the server's words */
export function readClientEvent(json: unknown): ClientEvent {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new RefusedEvent('invalid_event', 'The event must be a JSON object.');
  }
  if (!named.safeParse(json).success) {
    throw new RefusedEvent('missing_required_parameter', "Missing required parameter: 'type'.", 'type');
  }
  const parsed = clientEvent.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refusalFrom(parsed.error, json);
}
