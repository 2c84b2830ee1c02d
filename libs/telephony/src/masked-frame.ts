/**
 * The caller's audio in a client's WebSocket frame. Such a frame has a mask of its own (RFC 6455 §5.3), four bytes that are
 * laid over the payload again and again.
 */
import { type MediaFrame, readMediaFrame } from './media-frame.ts';

/** Twilio's frames of 20 ms have about 400 bytes, and so a length of 16 bits. */
export const MAX_AUDIO_FRAME_BYTES = 4_096;
/** The second byte of a masked frame whose length follows in two bytes. */
export const MASKED_16_BIT_LENGTH = 0xfe;
const KEY_AT = 4;
const HEADER_BYTES = 8;
const MEDIA = Buffer.from('{"event":"media"');

/** Whether it is one of Twilio's `media` messages, by its first bytes, without unmasking it. */
export function looksLikeMedia(frame: Buffer): boolean {
  if (frame.length < HEADER_BYTES + MEDIA.length) return false;
  for (let at = 0; at < MEDIA.length; at += 1) {
    if (((frame[HEADER_BYTES + at] ?? 0) ^ (frame[KEY_AT + (at & 3)] ?? 0)) !== MEDIA[at]) return false;
  }
  return true;
}

/**
 * Reads one whole text frame with a length of 16 bits, and leaves it unmasked when it is audio; otherwise it is as it was.
 * @param streamSid see `readMediaFrame`
 * @returns undefined for everything but the caller's audio
 */
export function readMaskedMedia(frame: Buffer, streamSid: string): MediaFrame | undefined {
  if (frame.length < HEADER_BYTES) return undefined;
  mask(frame);
  const read = readMediaFrame(frame.subarray(HEADER_BYTES), streamSid);
  if (read === undefined) mask(frame);
  return read;
}

/** @returns the message in one whole text frame with a length of 16 bits, unmasked where it lies */
export function unmasked(frame: Buffer): Buffer {
  mask(frame);
  return frame.subarray(HEADER_BYTES);
}

/** Masking twice is unmasking. */
function mask(frame: Buffer): void {
  const key0 = frame[KEY_AT] ?? 0;
  const key1 = frame[KEY_AT + 1] ?? 0;
  const key2 = frame[KEY_AT + 2] ?? 0;
  const key3 = frame[KEY_AT + 3] ?? 0;
  const to = frame.length;
  let at = HEADER_BYTES;
  for (; at + 3 < to; at += 4) {
    frame[at] = (frame[at] ?? 0) ^ key0;
    frame[at + 1] = (frame[at + 1] ?? 0) ^ key1;
    frame[at + 2] = (frame[at + 2] ?? 0) ^ key2;
    frame[at + 3] = (frame[at + 3] ?? 0) ^ key3;
  }
  if (at < to) frame[at] = (frame[at] ?? 0) ^ key0;
  if (at + 1 < to) frame[at + 1] = (frame[at + 1] ?? 0) ^ key1;
  if (at + 2 < to) frame[at + 2] = (frame[at + 2] ?? 0) ^ key2;
}
