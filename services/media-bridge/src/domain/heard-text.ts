/**
 * Which words of a spoken text were heard, when only milliseconds are known.
 *
 * The engine sends text and audio interleaved, so each piece of text is placed where the audio stood when it came. When
 * the text ran far ahead of its audio, those places say nothing, and the words are spread evenly instead.
 */

/** Text up to `chars` had come when `ms` of the item's audio had. */
export interface TextPlace {
  chars: number;
  ms: number;
}

/** Text complete before this share of its audio has come tells nothing about when each word is spoken. */
const EVEN_SPREAD_BELOW = 0.6;

/**
 * The words heard completely.
 * @param places one per piece of text, in order
 * @param totalMs audio generated for this text so far
 */
export function heardText(text: string, places: readonly TextPlace[], heardMs: number, totalMs: number): string {
  if (heardMs >= totalMs) return text.trim();
  return wholeWords(text, heardChars(text, places, heardMs, totalMs));
}

function heardChars(text: string, places: readonly TextPlace[], heardMs: number, totalMs: number): number {
  const lastMs = places.at(-1)?.ms ?? 0;
  if (lastMs < totalMs * EVEN_SPREAD_BELOW) return Math.floor((text.length * heardMs) / totalMs);
  let fromChars = 0;
  let fromMs = 0;
  for (const [index, place] of places.entries()) {
    const untilMs = places[index + 1]?.ms ?? totalMs;
    // Pieces that came at the same moment are one.
    if (untilMs <= fromMs) continue;
    if (heardMs < untilMs) {
      const share = (heardMs - fromMs) / (untilMs - fromMs);
      return Math.floor(fromChars + (place.chars - fromChars) * share);
    }
    fromChars = place.chars;
    fromMs = untilMs;
  }
  return text.length;
}

/** Cuts before a word that was not heard to its end. */
function wholeWords(text: string, chars: number): string {
  if (chars >= text.length || /\s/.test(text.charAt(chars))) return text.slice(0, chars).trim();
  return text.slice(0, chars).replace(/\S+$/, '').trim();
}
