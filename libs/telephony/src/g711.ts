/** G.711 µ-law at 8000 samples a second, one byte per sample: the only audio that crosses the telephone network. */

export const MULAW_BYTES_PER_MS = 8;

/** The µ-law code of amplitude zero. */
export const MULAW_SILENCE = 0xff;

/** How long this many bytes of audio sound, in milliseconds (a fraction when the bytes are not a whole number of them). */
export function muLawDurationMs(bytes: number): number {
  return bytes / MULAW_BYTES_PER_MS;
}

/** Audio of silence, `ms` milliseconds long. */
export function silence(ms: number): Uint8Array {
  return new Uint8Array(Math.round(ms * MULAW_BYTES_PER_MS)).fill(MULAW_SILENCE);
}

const PADDING = '='.charCodeAt(0);

/**
 * How many bytes a base64 text stands for, without decoding it. It must be padded, as both peers send it.
 */
export function base64Bytes(base64: string): number {
  const { length } = base64;
  return decodedBytes(length, base64.charCodeAt(length - 2), base64.charCodeAt(length - 1));
}

/** The same of a text whose bytes lie from `from` to `to`. */
export function base64BytesAt(bytes: Uint8Array, from: number, to: number): number {
  return decodedBytes(to - from, bytes[to - 2], bytes[to - 1]);
}

function decodedBytes(length: number, lastButOne: number | undefined, last: number | undefined): number {
  const padding = last !== PADDING ? 0 : lastButOne === PADDING ? 2 : 1;
  return (length / 4) * 3 - padding;
}
