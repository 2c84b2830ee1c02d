/** Tokens, by the rates observed on the real service: user audio 1 per 100 ms, assistant audio 1 per 50 ms. */

import type { StoredItem } from './conversation.ts';
import type { Settings } from './settings.ts';

const CHARS_PER_TEXT_TOKEN = 4;
/** Cached prefixes come in whole blocks. */
const CACHE_BLOCK_TOKENS = 64;

export interface Tokens {
  text: number;
  audio: number;
}

const textTokens = (text: string): number => Math.ceil(text.length / CHARS_PER_TEXT_TOKEN);

export function itemTokens(item: StoredItem): Tokens {
  if (item.type === 'function_call') return { text: textTokens(item.name + item.arguments), audio: 0 };
  if (item.type === 'function_call_output') return { text: textTokens(item.output), audio: 0 };
  const text = textTokens(item.words.map(({ word }) => word).join(' '));
  if (item.contentType === 'input_audio') return { text: 0, audio: Math.ceil(item.audioMs / 100) };
  if (item.contentType === 'output_audio') return { text, audio: Math.ceil(item.audioMs / 50) };
  return { text, audio: 0 };
}

const sum = (all: readonly Tokens[]): Tokens =>
  all.reduce((total, each) => ({ text: total.text + each.text, audio: total.audio + each.audio }), {
    text: 0,
    audio: 0,
  });

const wholeBlocks = (tokens: number): number => Math.floor(tokens / CACHE_BLOCK_TOKENS) * CACHE_BLOCK_TOKENS;

/** What a response reads. */
export function inputTokens(settings: Settings, context: readonly StoredItem[]): Tokens {
  const prompt = textTokens(settings.instructions + JSON.stringify(settings.tools));
  return sum([{ text: prompt, audio: 0 }, ...context.map(itemTokens)]);
}

/**
 * A response's `usage`.
 * @param previous what the response before it read: the part of the input that is cached by now
 */
export function usageOf(input: Tokens, previous: Tokens, output: readonly StoredItem[]) {
  const written = sum(output.map(itemTokens));
  const cached = {
    text_tokens: wholeBlocks(Math.min(previous.text, input.text)),
    audio_tokens: wholeBlocks(Math.min(previous.audio, input.audio)),
    image_tokens: 0,
  };
  const inputTotal = input.text + input.audio;
  const outputTotal = written.text + written.audio;
  return {
    total_tokens: inputTotal + outputTotal,
    input_tokens: inputTotal,
    output_tokens: outputTotal,
    input_token_details: {
      text_tokens: input.text,
      audio_tokens: input.audio,
      image_tokens: 0,
      cached_tokens: cached.text_tokens + cached.audio_tokens,
      cached_tokens_details: cached,
    },
    output_token_details: { text_tokens: written.text, audio_tokens: written.audio },
  };
}
