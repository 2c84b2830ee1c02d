/** The events we send. Builders only: what they return goes to `RealtimeConnection.send`. */
import type { FunctionTool, SessionChange, SessionConfig } from './session.ts';

export type NewItem =
  | { id?: string; type: 'message'; role: 'user' | 'system'; content: [{ type: 'input_text'; text: string }] }
  | { id?: string; type: 'message'; role: 'assistant'; content: [{ type: 'output_text'; text: string }] }
  | { id?: string; type: 'function_call'; call_id: string; name: string; arguments: string }
  | { id?: string; type: 'function_call_output'; call_id: string; output: string };

export interface ResponseOptions {
  /** For this response alone, in place of the session's. */
  instructions?: string;
  tools?: readonly FunctionTool[];
  toolChoice?: 'auto' | 'none' | 'required' | { name: string };
  outputModality?: 'audio' | 'text';
  /** `none`: out-of-band. Leaves no trace in the conversation and may run beside another response. */
  conversation?: 'auto' | 'none';
  /** The only context of this response, in place of the conversation. */
  input?: readonly NewItem[];
  /** Comes back in `response.created` and `response.done`; at most 16 pairs. */
  metadata?: Record<string, string>;
  maxOutputTokens?: number | 'inf';
}

function wireResponse(options: ResponseOptions) {
  const { toolChoice } = options;
  return {
    ...(options.instructions === undefined ? {} : { instructions: options.instructions }),
    ...(options.tools === undefined
      ? {}
      : { tools: options.tools.map((tool) => ({ type: 'function' as const, ...tool })) }),
    ...(toolChoice === undefined
      ? {}
      : { tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function' as const, ...toolChoice } }),
    ...(options.outputModality === undefined ? {} : { output_modalities: [options.outputModality] }),
    ...(options.conversation === undefined ? {} : { conversation: options.conversation }),
    ...(options.input === undefined ? {} : { input: [...options.input] }),
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(options.maxOutputTokens === undefined ? {} : { max_output_tokens: options.maxOutputTokens }),
  };
}

type Identified = { event_id?: string };

export type ClientEvent = Identified &
  (
    | { type: 'session.update'; session: SessionConfig | SessionChange }
    | { type: 'input_audio_buffer.append'; audio: string }
    | { type: 'input_audio_buffer.commit' | 'input_audio_buffer.clear' }
    | { type: 'conversation.item.create'; item: NewItem; previous_item_id?: string }
    | { type: 'conversation.item.retrieve' | 'conversation.item.delete'; item_id: string }
    | { type: 'conversation.item.truncate'; item_id: string; content_index: number; audio_end_ms: number }
    | { type: 'response.create'; response?: ReturnType<typeof wireResponse> }
    | { type: 'response.cancel'; response_id?: string }
  );

/** An error the event causes carries `eventId` back. */
const identified = (eventId: string | undefined) => (eventId === undefined ? {} : { event_id: eventId });

export const sessionUpdate = (session: SessionConfig | SessionChange, eventId?: string): ClientEvent => ({
  type: 'session.update',
  session,
  ...identified(eventId),
});

export const commitAudio = (eventId?: string): ClientEvent => ({
  type: 'input_audio_buffer.commit',
  ...identified(eventId),
});

export const clearAudio = (eventId?: string): ClientEvent => ({
  type: 'input_audio_buffer.clear',
  ...identified(eventId),
});

/** @param previousItemId the item to insert it after, or `root` for the very beginning; at the end when absent */
export const createItem = (item: NewItem, previousItemId?: string, eventId?: string): ClientEvent => ({
  type: 'conversation.item.create',
  item,
  ...(previousItemId === undefined ? {} : { previous_item_id: previousItemId }),
  ...identified(eventId),
});

/** Something said or written by a side, as text: restores a conversation, or tells the model what happened. */
export function textItem(role: 'user' | 'system' | 'assistant', text: string, id?: string): NewItem {
  const withId = id === undefined ? {} : { id };
  return role === 'assistant'
    ? { ...withId, type: 'message', role, content: [{ type: 'output_text', text }] }
    : { ...withId, type: 'message', role, content: [{ type: 'input_text', text }] };
}

/** A tool call made earlier, to restore a conversation; its output must follow. */
export const functionCall = (callId: string, name: string, args: string): NewItem => ({
  type: 'function_call',
  call_id: callId,
  name,
  arguments: args,
});

/** @param output what the tool answered: any text, JSON by custom */
export const functionOutput = (callId: string, output: string): NewItem => ({
  type: 'function_call_output',
  call_id: callId,
  output,
});

export const retrieveItem = (itemId: string, eventId?: string): ClientEvent => ({
  type: 'conversation.item.retrieve',
  item_id: itemId,
  ...identified(eventId),
});

export const deleteItem = (itemId: string, eventId?: string): ClientEvent => ({
  type: 'conversation.item.delete',
  item_id: itemId,
  ...identified(eventId),
});

/**
 * Takes back what was not heard of an item: 0 ms or nothing heard deletes it, because whether the server accepts a
 * truncation at 0 is reported both ways.
 * @param heardMs how much of the item's audio was played; never more than was received of it, or the server refuses
 */
export function truncateItem(itemId: string, heardMs: number, contentIndex = 0, eventId?: string): ClientEvent {
  const audioEndMs = Math.floor(heardMs);
  if (audioEndMs <= 0) return deleteItem(itemId, eventId);
  return {
    type: 'conversation.item.truncate',
    item_id: itemId,
    content_index: contentIndex,
    audio_end_ms: audioEndMs,
    ...identified(eventId),
  };
}

/** To be sent through a `ResponseQueue`, unless it is out-of-band. */
export const createResponse = (options: ResponseOptions = {}, eventId?: string): ClientEvent => ({
  type: 'response.create',
  response: wireResponse(options),
  ...identified(eventId),
});

export const cancelResponse = (responseId?: string, eventId?: string): ClientEvent => ({
  type: 'response.cancel',
  ...(responseId === undefined ? {} : { response_id: responseId }),
  ...identified(eventId),
});
