/** What `POST /v1/chat/completions` takes. */
import { z } from 'zod';
import { RestError } from './rest-error.ts';

const text = z.union([z.string(), z.array(z.strictObject({ type: z.literal('text'), text: z.string() })).min(1)]);
const name = { name: z.string().optional() };

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: text, ...name }),
  z.strictObject({ role: z.literal('developer'), content: text, ...name }),
  z.strictObject({ role: z.literal('user'), content: text, ...name }),
  z.strictObject({ role: z.literal('assistant'), content: text, refusal: z.string().nullable().optional(), ...name }),
]);

export const chatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({ type: z.literal('json_object') }),
      z.strictObject({
        type: z.literal('json_schema'),
        json_schema: z.strictObject({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
          description: z.string().optional(),
          strict: z.boolean().nullable().optional(),
          schema: z.record(z.string(), z.unknown()),
        }),
      }),
    ])
    .optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
  top_p: z.number().min(0).max(1).nullable().optional(),
  n: z.literal(1).optional(),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).nullable().optional(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullable().optional(),
  verbosity: z.enum(['low', 'medium', 'high']).nullable().optional(),
  seed: z.int().nullable().optional(),
  store: z.boolean().nullable().optional(),
  stream: z.literal(false).nullable().optional(),
  metadata: z.record(z.string(), z.string()).nullable().optional(),
  user: z.string().optional(),
  safety_identifier: z.string().optional(),
  prompt_cache_key: z.string().optional(),
  service_tier: z.string().nullable().optional(),
});
export type ChatRequest = z.infer<typeof chatRequest>;

/** Models that think before they answer take neither a temperature nor the old name of the token limit. */
const THINKS = /^(gpt-5|o\d)/;
const MODELS = /^(gpt-|o\d)/;

/** @throws RestError in the real API's words */
export function readChatRequest(json: unknown): ChatRequest {
  const parsed = chatRequest.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.map(String).join('.') ?? '';
    if (issue?.code === 'unrecognized_keys') {
      const key = [path, issue.keys[0]].filter(Boolean).join('.');
      throw new RestError(400, `Unrecognized request argument supplied: ${key}`, {
        code: 'unknown_parameter',
        param: key,
      });
    }
    throw new RestError(400, `Invalid value for '${path}': ${issue?.message ?? 'not valid'}.`, {
      param: path,
      code: 'invalid_value',
    });
  }
  const request = parsed.data;
  if (!MODELS.test(request.model)) {
    const message = `The model '${request.model}' does not exist or you do not have access to it.`;
    throw new RestError(404, message, { code: 'model_not_found' });
  }
  if (THINKS.test(request.model)) {
    if (request.max_tokens !== undefined) {
      const message =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
      throw new RestError(400, message, { param: 'max_tokens', code: 'unsupported_parameter' });
    }
    if (typeof request.temperature === 'number' && request.temperature !== 1) {
      const message = `Unsupported value: 'temperature' does not support ${request.temperature} with this model. Only the default (1) value is supported.`;
      throw new RestError(400, message, { param: 'temperature', code: 'unsupported_value' });
    }
  }
  return request;
}

/** The words of a request's messages, by who is addressed. */
export function promptText(request: ChatRequest, roles: readonly string[]): string {
  return request.messages
    .filter(({ role }) => roles.includes(role))
    .map(({ content }) => (typeof content === 'string' ? content : content.map((part) => part.text).join('\n')))
    .join('\n');
}
