/** `POST /v1/chat/completions`: strict about the request, rule-based about the answer. */
import { randomBytes } from 'node:crypto';
import { type ChatRequest, promptText, readChatRequest } from './request.ts';
import { RestError } from './rest-error.ts';
import { checkStrictSchema } from './strict-schema.ts';
import { factsOf, fillSchema } from './summary.ts';
import { readTranscript } from './transcript.ts';

const tokens = (text: string): number => Math.ceil(text.length / 4);

/** @throws RestError */
export function completeChat(json: unknown): object {
  const request = readChatRequest(json);
  const content = answer(request);
  const prompt = tokens(promptText(request, ['system', 'developer', 'user', 'assistant']));
  const completion = tokens(content);
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  const cut = completion > limit;
  return {
    id: `chatcmpl-${randomBytes(12).toString('hex')}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: cut ? content.slice(0, limit * 4) : content,
          refusal: null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: cut ? 'length' : 'stop',
      },
    ],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: Math.min(completion, limit),
      total_tokens: prompt + Math.min(completion, limit),
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: 'default',
    system_fingerprint: null,
  };
}

function answer(request: ChatRequest): string {
  const facts = factsOf(readTranscript(promptText(request, ['user'])));
  const format = request.response_format;
  if (format?.type === 'json_schema') {
    const { name, schema, strict } = format.json_schema;
    if (strict !== true) {
      throw new RestError(400, 'This simulator answers strict schemas only.', {
        param: 'response_format.json_schema.strict',
      });
    }
    return JSON.stringify(fillSchema(checkStrictSchema(name, schema), facts));
  }
  if (format?.type === 'json_object') {
    if (!/json/i.test(promptText(request, ['system', 'developer', 'user']))) {
      const message =
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
      throw new RestError(400, message, { param: 'messages' });
    }
    return JSON.stringify(facts);
  }
  return facts.summary;
}
