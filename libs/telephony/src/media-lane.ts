/**
 * The caller's audio taken out of a WebSocket byte stream, before the library that reads the rest of it sees it: fifty
 * messages a second in every call, each of which would go through two streams and several event listeners otherwise.
 *
 * A client's frame has a mask of its own (RFC 6455 §5.3), so a text frame is unmasked where it lies and read; what turns
 * out to be something else is masked again. Everything that is not one whole, unfragmented text frame of audio goes on
 * byte for byte: control frames, other messages, fragments, and whatever breaks the protocol, for the library to judge.
 *
 * Invariants
 * - M1. What goes on, and the frames that were taken, are together all whole frames that came, in their order.
 * - M2. Nothing is taken inside a fragmented message, nor after a close frame.
 * - M3. No more than one frame of `MAX_TAKEN_BYTES` is held back, and only until the rest of it comes.
 */
import { frameSize, NEED_MORE } from './frame-size.ts';
import type { MediaFrame } from './media-frame.ts';

/** Twilio's frames of 20 ms have about 400 bytes, and so a length of 16 bits. */
const MAX_TAKEN_BYTES = 4_096;
const HEADER_BYTES = 8;
const FIN_TEXT = 0x81;
const MASKED_16_BIT_LENGTH = 0xfe;
const FIN = 0x80;
const OPCODE = 0x0f;
const FIRST_CONTROL = 8;
const CLOSE = 8;

export interface MediaLaneOptions {
  /** Reads one text message; undefined when it is not the caller's audio. */
  read(message: Buffer): MediaFrame | undefined;
  /** One frame of audio, taken out: a view of what was pushed. */
  take(frame: MediaFrame): void;
  /** Bytes that go on. */
  pass(bytes: Buffer): void;
}

export interface MediaLane {
  /** @param chunk as it came; audio is unmasked in place, so it is the lane’s from here on */
  push(chunk: Buffer): void;
  /** No more is coming: what was held back goes on. */
  end(): void;
}

export function createMediaLane({ read, take, pass }: MediaLaneOptions): MediaLane {
  let held: Buffer | undefined;
  /** Bytes of a frame that has begun to go on. */
  let passing = 0;
  let fragmented = false;
  let closed = false;

  /** Of the frame at `at`, which goes on. */
  function follow(bytes: Buffer, at: number): void {
    const opcode = (bytes[at] ?? 0) & OPCODE;
    if (opcode < FIRST_CONTROL) fragmented = ((bytes[at] ?? 0) & FIN) === 0;
    if (opcode === CLOSE) closed = true;
  }

  return {
    push(chunk) {
      const bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
      held = undefined;
      let passFrom = 0;
      let at = Math.min(passing, bytes.length);
      passing -= at;
      while (at < bytes.length && !closed) {
        const size = frameSize(bytes, at);
        const mayTake = !fragmented && bytes[at] === FIN_TEXT && size <= MAX_TAKEN_BYTES;
        if (size === NEED_MORE || (mayTake && at + size > bytes.length)) {
          held = bytes.subarray(at);
          break;
        }
        const frame = mayTake && bytes[at + 1] === MASKED_16_BIT_LENGTH ? readMasked(bytes, at, size) : undefined;
        if (frame === undefined) {
          follow(bytes, at);
          passing = Math.max(0, at + size - bytes.length);
          at = Math.min(at + size, bytes.length);
        } else {
          if (passFrom < at) pass(bytes.subarray(passFrom, at));
          at += size;
          passFrom = at;
          take(frame);
        }
      }
      const passTo = held === undefined ? bytes.length : at;
      if (passFrom < passTo) pass(bytes.subarray(passFrom, passTo));
    },
    end() {
      if (held !== undefined) pass(held);
      held = undefined;
    },
  };

  function readMasked(bytes: Buffer, at: number, size: number): MediaFrame | undefined {
    const from = at + HEADER_BYTES;
    const to = at + size;
    mask(bytes, from, to);
    const frame = read(bytes.subarray(from, to));
    if (frame === undefined) mask(bytes, from, to);
    return frame;
  }
}

/** Masking twice is unmasking. The key stands before the payload. */
function mask(bytes: Buffer, from: number, to: number): void {
  const key0 = bytes[from - 4] ?? 0;
  const key1 = bytes[from - 3] ?? 0;
  const key2 = bytes[from - 2] ?? 0;
  const key3 = bytes[from - 1] ?? 0;
  let at = from;
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
