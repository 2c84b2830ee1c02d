/**
 * The caller's audio in a client's WebSocket frame. Such a frame has a mask of its own (RFC 6455 §5.3), four bytes that are
 * laid over the payload again and again.
 */
import { type MediaFrame, readMediaFrame } from './media-frame.ts';

/** Of frames with a length of 16 bits, as Twilio's are. */
const KEY_AT = 4;
const HEADER_BYTES = 8;
const MEDIA = Buffer.from('{"event":"media"');
const MARK = Buffer.from('{"event":"mark"');

/** Whether it is one of Twilio's `media` messages, by its first bytes, without unmasking it. */
export function looksLikeMedia(bytes: Buffer, from: number, to: number): boolean {
  return beginsWith(MEDIA, bytes, from, to);
}

/** The same of a `mark`. */
export function looksLikeMark(bytes: Buffer, from: number, to: number): boolean {
  return beginsWith(MARK, bytes, from, to);
}

function beginsWith(start: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (to - from < HEADER_BYTES + start.length) return false;
  for (let at = 0; at < start.length; at += 1) {
    if (((bytes[from + HEADER_BYTES + at] ?? 0) ^ (bytes[from + KEY_AT + (at & 3)] ?? 0)) !== start[at]) return false;
  }
  return true;
}

/**
 * Reads one whole text frame with a length of 16 bits, and leaves it unmasked when it is audio; otherwise it is as it was.
 * @param streamSid see `readMediaFrame`
 * @returns undefined for everything but the caller's audio
 */
export function readMaskedMedia(bytes: Buffer, from: number, to: number, streamSid: string): MediaFrame | undefined {
  if (to - from < HEADER_BYTES) return undefined;
  mask(bytes, from, to);
  const read = readMediaFrame(bytes, from + HEADER_BYTES, to, streamSid);
  if (read === undefined) mask(bytes, from, to);
  return read;
}

/** @returns the message in one whole text frame with a length of 16 bits, unmasked where it lies */
export function unmasked(bytes: Buffer, from: number, to: number): Buffer {
  mask(bytes, from, to);
  return bytes.subarray(from + HEADER_BYTES, to);
}

/** Masking twice is unmasking. */
function mask(bytes: Buffer, from: number, to: number): void {
  const key0 = bytes[from + KEY_AT] ?? 0;
  const key1 = bytes[from + KEY_AT + 1] ?? 0;
  const key2 = bytes[from + KEY_AT + 2] ?? 0;
  const key3 = bytes[from + KEY_AT + 3] ?? 0;
  let at = from + HEADER_BYTES;
  for (; at + 3 < to; at += 4) {
    bytes[at] = (bytes[at] ?? 0) ^ key0;
    bytes[at + 1] = (bytes[at + 1] ?? 0) ^ key1;
    bytes[at + 2] = (bytes[at + 2] ?? 0) ^ key2;
    bytes[at + 3] = (bytes[at + 3] ?? 0) ^ key3;
  }
  if (at < to) bytes[at] = (bytes[at] ?? 0) ^ key0;
  if (at + 1 < to) bytes[at + 1] = (bytes[at + 1] ?? 0) ^ key1;
  if (at + 2 < to) bytes[at + 2] = (bytes[at + 2] ?? 0) ^ key2;
}
