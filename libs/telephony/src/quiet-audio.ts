/**
 * Whether µ-law audio is quiet, read off its base64 without decoding it, for every frame of every call.
 *
 * The first letter of a base64 quartet holds the upper six bits of every third sample: its sign, its exponent and half
 * of its mantissa. Exponent zero is an amplitude below 124 of 32,635, which is −48 dB: a telephone line at rest, and no
 * speech. A few louder samples are a crackle.
 */

const EXPONENT_BITS = 0b011100;
const LETTERS_PER_QUARTET = 4;
const CRACKLE_SHARE = 1 / 8;

/** 1 where the letter begins a quartet whose first sample is loud. */
const LOUD = new Uint8Array(256);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (const [value, letter] of [...alphabet].entries()) {
  // All bits of G.711 travel inverted.
  if ((value & EXPONENT_BITS) !== EXPONENT_BITS) LOUD[letter.charCodeAt(0)] = 1;
}

/** @param base64 the bytes of the text */
export function isQuiet(base64: Uint8Array): boolean {
  const { length } = base64;
  let louder = (length / LETTERS_PER_QUARTET) * CRACKLE_SHARE;
  for (let at = 0; at < length; at += LETTERS_PER_QUARTET) {
    louder -= LOUD[base64[at] ?? 0] ?? 0;
    if (louder < 0) return false;
  }
  return true;
}
