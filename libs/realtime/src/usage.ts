/** What a response cost, in tokens. */
import { z } from 'zod';

const count = z.int().min(0).default(0);

/** Cached tokens are part of the input tokens, not beside them. */
export const usage = z.object({
  total_tokens: count,
  input_tokens: count,
  output_tokens: count,
  input_token_details: z
    .object({
      text_tokens: count,
      audio_tokens: count,
      cached_tokens: count,
      cached_tokens_details: z
        .object({ text_tokens: count, audio_tokens: count })
        .default({ text_tokens: 0, audio_tokens: 0 }),
    })
    .default({
      text_tokens: 0,
      audio_tokens: 0,
      cached_tokens: 0,
      cached_tokens_details: { text_tokens: 0, audio_tokens: 0 },
    }),
  output_token_details: z
    .object({ text_tokens: count, audio_tokens: count })
    .default({ text_tokens: 0, audio_tokens: 0 }),
});
export type Usage = z.infer<typeof usage>;

/** Sums over a call. */
export interface UsageTotals {
  inputTokens: number;
  outputTokens: number;
  /** Included in `inputTokens`. */
  cachedTokens: number;
  audioInputTokens: number;
  audioOutputTokens: number;
}

export const NO_USAGE: UsageTotals = {
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  audioInputTokens: 0,
  audioOutputTokens: 0,
};

/** Adds one response's usage; a response without any (seen on cancelled ones) adds nothing. */
export function addUsage(totals: UsageTotals, spent: Usage | null | undefined): UsageTotals {
  if (!spent) return totals;
  return {
    inputTokens: totals.inputTokens + spent.input_tokens,
    outputTokens: totals.outputTokens + spent.output_tokens,
    cachedTokens: totals.cachedTokens + spent.input_token_details.cached_tokens,
    audioInputTokens: totals.audioInputTokens + spent.input_token_details.audio_tokens,
    audioOutputTokens: totals.audioOutputTokens + spent.output_token_details.audio_tokens,
  };
}
