import type { TokenUsage } from './voice-engine.ts';

export interface TokenTotals {
  add(usage: TokenUsage | undefined): void;
  total(): TokenUsage;
}

const NOTHING: TokenUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  audioInputTokens: 0,
  audioOutputTokens: 0,
};

/**
 * What a call has used. Cancelled responses may come without a count.
 * @param before what it had used in another bridge
 */
export function createTokenTotals(before: TokenUsage = NOTHING): TokenTotals {
  let total = before;
  return {
    add(usage) {
      if (usage === undefined) return;
      total = {
        inputTokens: total.inputTokens + usage.inputTokens,
        outputTokens: total.outputTokens + usage.outputTokens,
        cachedTokens: total.cachedTokens + usage.cachedTokens,
        audioInputTokens: total.audioInputTokens + usage.audioInputTokens,
        audioOutputTokens: total.audioOutputTokens + usage.audioOutputTokens,
      };
    },
    total() {
      return total;
    },
  };
}
