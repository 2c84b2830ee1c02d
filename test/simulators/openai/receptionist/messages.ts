/** What a caller leaves as a message: their own words, without those that only agree to leave one. */
import type { Entry } from './conversation.ts';

/** More than this is no message. */
const MAX_CHARS = 500;

/**
 * The last thing the caller said that says something, and what they added to it. Undefined when there is no such thing
 * since the last message was taken.
 */
export function messageFrom(conversation: readonly Entry[]): string | undefined {
  const taken = conversation.findLastIndex((entry) => entry.kind === 'called' && entry.name === 'take_message');
  const said = conversation
    .slice(taken + 1)
    .flatMap((entry) =>
      entry.kind === 'said' && entry.by === 'caller' && saysSomething(entry.text) ? [entry.text] : [],
    );
  return said.length === 0 ? undefined : said.slice(-2).join(' ').slice(0, MAX_CHARS);
}

const AGREEING = /\b(yes|yeah|yep|sure|ok|okay|please|do|thank|thanks|you|sounds|good|perfect|great|fine)\b/gi;
const ASKING = /\b((call|ring) (me|us) back|(leave|take) a message|can|could|may|would|like|want|to|i'd|i|we)\b/gi;

function saysSomething(text: string): boolean {
  const content = text.replace(ASKING, '').replace(AGREEING, '');
  return (content.match(/\w+/g) ?? []).length > 1;
}
