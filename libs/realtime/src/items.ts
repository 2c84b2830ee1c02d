/** What a conversation with the model is made of, as the server reports it. */
import { z } from 'zod';

const status = z.enum(['in_progress', 'completed', 'incomplete', 'unknown']).catch('unknown');

/** Audio itself never comes back in items; `transcript` is null until (and unless) it is known. */
const contentPart = z.object({
  type: z.string(),
  text: z.string().nullable().default(null),
  transcript: z.string().nullable().default(null),
});

export const messageItem = z.object({
  type: z.literal('message'),
  id: z.string(),
  status,
  role: z.enum(['user', 'assistant', 'system']),
  content: z.array(contentPart).default([]),
});

export const functionCallItem = z.object({
  type: z.literal('function_call'),
  id: z.string(),
  status,
  call_id: z.string(),
  name: z.string(),
  /** JSON text, as the model wrote it: it may not parse. */
  arguments: z.string(),
});

export const functionCallOutputItem = z.object({
  type: z.literal('function_call_output'),
  id: z.string(),
  call_id: z.string(),
  output: z.string(),
});

/** An item of a kind this library has no use for (MCP, reasoning …): kept, so that its event still arrives. */
const otherItem = z
  .looseObject({ type: z.string(), id: z.string().optional() })
  .transform((item) => ({ type: 'other' as const, id: item.id, itemType: item.type }));

export const item = z.union([
  z.discriminatedUnion('type', [messageItem, functionCallItem, functionCallOutputItem]),
  otherItem,
]);

export type Item = z.infer<typeof item>;
export type MessageItem = z.infer<typeof messageItem>;
export type FunctionCallItem = z.infer<typeof functionCallItem>;
