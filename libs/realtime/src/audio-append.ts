/**
 * The caller's audio on its way to the model, fifty times a second per call: bytes in, one finished WebSocket frame out,
 * nothing in between is made a text. They are held to the base64 alphabet while they are copied, so that whatever a line
 * carries, no JSON of its own gets into the message; and masked, as every client's frame has to be (RFC 6455 §5.3).
 */
import { randomFillSync } from 'node:crypto';

const BEFORE = Buffer.from('{"type":"input_audio_buffer.append","audio":"');
const AFTER = Buffer.from('"}');
const PADDING = '='.charCodeAt(0);
const FIN_TEXT = 0x81;
const MASKED = 0x80;
const MOST_IN_7_BITS = 125;
const MOST_IN_16_BITS = 65_535;
const KEY_BYTES = 4;

/** 1 where the byte is a letter of the base64 alphabet. */
const ALPHABET = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) ALPHABET[byte] = 1;

/** The memory of a frame that is not needed any more: nearly all frames of all calls have one size. */
let spare: Buffer | undefined;

function memoryFor(bytes: number): Buffer {
  if (spare?.length !== bytes) return Buffer.allocUnsafe(bytes);
  const memory = spare;
  spare = undefined;
  return memory;
}

/** Nobody reads this frame any more: the next one may be written over it. */
export function reuseFrame(frame: Buffer): void {
  spare = frame;
}

/**
 * @param bytes hold the base64, in the session's input format, from `from` to `to`
 * @returns the whole frame; undefined when the bytes are not base64
 */
export function appendFrame(bytes: Uint8Array, from: number, to: number): Buffer | undefined {
  const size = BEFORE.length + to - from + AFTER.length;
  const header = (size <= MOST_IN_7_BITS ? 2 : size <= MOST_IN_16_BITS ? 4 : 10) + KEY_BYTES;
  const frame = memoryFor(header + size);
  writeLength(frame, size);
  const key = takeKey();
  frame.writeUInt32BE(key, header - KEY_BYTES);
  frame.set(BEFORE, header);
  frame.set(AFTER, frame.length - AFTER.length);
  if (!copyBase64(bytes, from, to, frame, header + BEFORE.length)) return undefined;
  mask(frame, header, key);
  return frame;
}

/** @returns false when they are not base64 */
function copyBase64(bytes: Uint8Array, from: number, to: number, frame: Buffer, at: number): boolean {
  const shift = at - from;
  let index = from;
  // Four at a time: the check is most of what a frame costs here.
  for (; index + 3 < to; index += 4) {
    const first = bytes[index] ?? 0;
    const second = bytes[index + 1] ?? 0;
    const third = bytes[index + 2] ?? 0;
    const fourth = bytes[index + 3] ?? 0;
    if (((ALPHABET[first] ?? 0) & (ALPHABET[second] ?? 0) & (ALPHABET[third] ?? 0) & (ALPHABET[fourth] ?? 0)) === 0)
      break;
    frame[index + shift] = first;
    frame[index + shift + 1] = second;
    frame[index + shift + 2] = third;
    frame[index + shift + 3] = fourth;
  }
  while (index < to && ALPHABET[bytes[index] ?? 0] === 1) {
    frame[index + shift] = bytes[index] ?? 0;
    index += 1;
  }
  if (!endsInPadding(bytes, index, to)) return false;
  for (; index < to; index += 1) frame[index + shift] = PADDING;
  return true;
}

/** The mask is four bytes, again and again, counted from the payload's beginning. */
function mask(frame: Buffer, from: number, key: number): void {
  const key0 = key >>> 24;
  const key1 = (key >>> 16) & 0xff;
  const key2 = (key >>> 8) & 0xff;
  const key3 = key & 0xff;
  let at = from;
  for (; at + 3 < frame.length; at += 4) {
    frame[at] = (frame[at] ?? 0) ^ key0;
    frame[at + 1] = (frame[at + 1] ?? 0) ^ key1;
    frame[at + 2] = (frame[at + 2] ?? 0) ^ key2;
    frame[at + 3] = (frame[at + 3] ?? 0) ^ key3;
  }
  if (at < frame.length) frame[at] = (frame[at] ?? 0) ^ key0;
  if (at + 1 < frame.length) frame[at + 1] = (frame[at + 1] ?? 0) ^ key1;
  if (at + 2 < frame.length) frame[at + 2] = (frame[at + 2] ?? 0) ^ key2;
}

function writeLength(frame: Buffer, size: number): void {
  frame[0] = FIN_TEXT;
  if (size <= MOST_IN_7_BITS) {
    frame[1] = MASKED | size;
  } else if (size <= MOST_IN_16_BITS) {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = MASKED | 127;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
}

const KEYS = new Uint32Array(1_024);
let nextKey = KEYS.length;

/** Nobody can foresee a key; asking the system for each alone would cost more than the frame. */
function takeKey(): number {
  if (nextKey === KEYS.length) {
    randomFillSync(KEYS);
    nextKey = 0;
  }
  nextKey += 1;
  return KEYS[nextKey - 1] ?? 0;
}

/** What is no letter is padding by now: two at most, and at the end. */
function endsInPadding(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== PADDING) return false;
  return to - from <= 2;
}
