/**
 * The shape of one spoken word, bit by bit, in the least significant bits of its audio:
 *
 *     START (32) | samples in this word (16) | text length in bytes (8) | text | padding | CRC-32 (32) | END (32)
 *
 * Invariants
 * - W1. The CRC covers every bit of every sample of the word except the 32 bits that hold it, so one changed sample,
 *   audible or not, loses the word; a word that is heard arrived bit-exact.
 * - W2. Neither marker can occur in runs of 0xFF or 0x7F (µ-law silence): their low bits are all ones.
 * - W3. END follows every whole word. An END without its word means damage; a word that stops in silence was cut.
 */
import { crc32 } from 'node:zlib';

/** Two of the attached sync markers of spacecraft telemetry, chosen there for poor correlation with their own shifts. */
export const START_MARKER = 0x1acffc1d;
export const END_MARKER = 0x352ef853;

export const MARKER_BITS = 32;
export const HEADER_BITS = MARKER_BITS + 16 + 8;
export const TRAILER_BITS = 32 + MARKER_BITS;
export const MAX_TEXT_BYTES = 255;
/** 320 ms. Holds `MAX_TEXT_BYTES` with room to spare. */
export const MAX_WORD_SAMPLES = 2560;
/** 220 ms. */
export const MIN_WORD_SAMPLES = 1760;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function writeBits(audio: Uint8Array, at: number, value: number, count: number): number {
  for (let bit = 0; bit < count; bit += 1) {
    const one = (value >>> (count - 1 - bit)) & 1;
    audio[at + bit] = ((audio[at + bit] ?? 0) & 0xfe) | one;
  }
  return at + count;
}

/** Reads `count` (at most 32) low bits, most significant first. */
export function readBits(audio: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let bit = 0; bit < count; bit += 1) value = (value << 1) | ((audio[at + bit] ?? 0) & 1);
  return value >>> 0;
}

/** The CRC of a whole word's audio, the low bits of its own field taken as zero. */
function checksum(audio: Uint8Array): number {
  const copy = audio.slice();
  writeBits(copy, copy.length - TRAILER_BITS, 0, 32);
  return crc32(copy) >>> 0;
}

/**
 * Writes a word into the low bits of the audio that sounds it.
 * @param audio all of the word's samples, between `MIN_WORD_SAMPLES` and `MAX_WORD_SAMPLES`
 */
export function writeWord(audio: Uint8Array, word: string): void {
  const text = encoder.encode(word);
  if (text.length > MAX_TEXT_BYTES) throw new RangeError(`a word holds at most ${MAX_TEXT_BYTES} bytes`);
  let at = writeBits(audio, 0, START_MARKER, MARKER_BITS);
  at = writeBits(audio, at, audio.length, 16);
  at = writeBits(audio, at, text.length, 8);
  for (const byte of text) at = writeBits(audio, at, byte, 8);
  // Alternating bits: no marker in them, and no long run that looks like silence.
  for (; at < audio.length - TRAILER_BITS; at += 1) writeBits(audio, at, at & 1, 1);
  writeBits(audio, audio.length - MARKER_BITS, END_MARKER, MARKER_BITS);
  writeBits(audio, audio.length - TRAILER_BITS, checksum(audio), 32);
}

/** How many samples the word that starts with this header has; undefined when no word can start so. */
export function wordSamples(header: Uint8Array): number | undefined {
  const samples = readBits(header, MARKER_BITS, 16);
  const textBytes = readBits(header, MARKER_BITS + 16, 8);
  const fits = samples >= MIN_WORD_SAMPLES && samples <= MAX_WORD_SAMPLES;
  return fits && textBytes > 0 && HEADER_BITS + textBytes * 8 + TRAILER_BITS <= samples ? samples : undefined;
}

/** The word in this audio, which starts and ends with it; undefined when any sample of it is not as it was sent. */
export function readWord(audio: Uint8Array): string | undefined {
  if (wordSamples(audio) !== audio.length) return undefined;
  if (readBits(audio, audio.length - TRAILER_BITS, 32) !== checksum(audio)) return undefined;
  const text = new Uint8Array(readBits(audio, MARKER_BITS + 16, 8));
  for (let index = 0; index < text.length; index += 1) text[index] = readBits(audio, HEADER_BITS + index * 8, 8);
  return decoder.decode(text);
}
