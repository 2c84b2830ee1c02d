/**
 * Asks OpenAI for the summary of one call: one chat completion whose answer must fit a strict JSON schema made from
 * the contract. Strict mode guarantees the form, not that there is an answer: the model may refuse (`refusal`), be cut
 * off (`finish_reason` "length", "content_filter"), or be unreachable.
 *
 * The client's own retries are off: attempts are counted in the database, where every replica sees them. Its own
 * logging is off too, since at level "debug" it prints bodies. It is given explicit nulls because it would read the
 * environment for what is missing.
 */
import { type CallSummary, callSummary } from '@frontdesk/contracts/events/call';
import { parseJson } from '@frontdesk/contracts/parse-json';
import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import type { SummaryPrompt } from '../domain/summary-prompt.ts';
import type { FailureKind } from '../domain/summary-retry.ts';

/** `code` is safe to store and log: no content, no credentials. */
export type SummaryAnswer =
  | { kind: 'ok'; summary: CallSummary; model: string }
  | { kind: 'aborted' }
  | { kind: FailureKind; code: string };

export interface SummaryModel {
  /** Never rejects. @param signal given up by the asker, such as at shutdown */
  summarise(prompt: SummaryPrompt, signal: AbortSignal): Promise<SummaryAnswer>;
}

export interface SummaryModelOptions {
  apiKey: string;
  baseUrl: string;
  model: string;
  deadlineMs: number;
}

/** Strict mode knows no defaults: every property is required of the model, also those older summaries lack. */
const answerSchema = callSummary.extend({ preferences: callSummary.shape.preferences.unwrap() });
const RESPONSE_FORMAT = zodResponseFormat(answerSchema, 'call_summary');
/** Room for the summary and, with models that think first, for that. */
const MAX_COMPLETION_TOKENS = 4_000;

export function createSummaryModel({ apiKey, baseUrl, model, deadlineMs }: SummaryModelOptions): SummaryModel {
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl,
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
  });

  return {
    async summarise({ system, user }, signal) {
      const deadline = AbortSignal.timeout(deadlineMs);
      try {
        const completion = await client.chat.completions.create(
          {
            model,
            messages: [
              { role: 'system', content: system },
              { role: 'user', content: user },
            ],
            response_format: RESPONSE_FORMAT,
            max_completion_tokens: MAX_COMPLETION_TOKENS,
            store: false,
          },
          // The client's `timeout` ends with the response's headers; the signal also covers its body.
          { signal: AbortSignal.any([signal, deadline]), timeout: deadlineMs },
        );
        return readAnswer(completion);
      } catch (error) {
        if (signal.aborted) return { kind: 'aborted' };
        if (deadline.aborted) return { kind: 'unavailable', code: 'deadline' };
        return failureOf(error);
      }
    },
  };
}

function readAnswer(completion: OpenAI.Chat.Completions.ChatCompletion): SummaryAnswer {
  const [choice] = completion.choices;
  if (choice?.message.refusal) return { kind: 'unusable', code: 'refused' };
  if (choice && choice.finish_reason !== 'stop')
    return { kind: 'unusable', code: `finished_by_${choice.finish_reason}` };
  const summary = answerSchema.safeParse(parseJson(choice?.message.content ?? ''));
  if (!summary.success) return { kind: 'unusable', code: 'invalid_answer' };
  return { kind: 'ok', summary: summary.data, model: completion.model };
}

/** The request's own fault, so that repeating it cannot help. The rest (401 until the key is mended, 429, 5xx …) may pass. */
const HOPELESS = new Set([400, 413, 422]);

function failureOf(error: unknown): SummaryAnswer {
  if (error instanceof APIConnectionError || error instanceof APIUserAbortError) {
    return { kind: 'unavailable', code: 'not_reached' };
  }
  if (error instanceof APIError && typeof error.status === 'number') {
    return { kind: HOPELESS.has(error.status) ? 'unusable' : 'unavailable', code: `http_${error.status}` };
  }
  // A body that breaks off or is no JSON: a proxy's page, a lost connection.
  return { kind: 'unavailable', code: 'no_answer' };
}
