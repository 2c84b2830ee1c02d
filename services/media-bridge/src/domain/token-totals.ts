import type { TokenUsage } from './voice-engine.ts';

/** What a call has used. Cancelled responses may come without a count. */
export function createTokenTotals(): { add(usage: TokenUsage | undefined): void; readonly total: TokenUsage } {
  let total: TokenUsage = {
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    audioInputTokens: 0,
    audioOutputTokens: 0,
  };
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
    get total() {
      return total;
    },
  };
}
