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
 *
 * What audio goes through, from here to the model's socket, are classes: closures made for each call are objects of each
 * call, and with a hundred calls none of them is in the processor's caches any more when the next frame comes.
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

export interface MediaLaneEnds {
  /** Reads one text message; undefined when it is not the caller's audio. */
  read(message: Buffer): MediaFrame | undefined;
  /** One frame of audio, taken out: a view of what was pushed. */
  take(frame: MediaFrame): void;
  /** Bytes that go on. */
  pass(bytes: Buffer): void;
}

export class MediaLane {
  readonly #ends: MediaLaneEnds;
  #held: Buffer | undefined;
  /** Bytes of a frame that has begun to go on. */
  #passing = 0;
  #fragmented = false;
  #closed = false;

  constructor(ends: MediaLaneEnds) {
    this.#ends = ends;
  }

  /** @param chunk as it came; audio is unmasked in place, so it is the lane’s from here on */
  push(chunk: Buffer): void {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    let passFrom = 0;
    let at = Math.min(this.#passing, bytes.length);
    this.#passing -= at;
    while (at < bytes.length && !this.#closed) {
      const size = frameSize(bytes, at);
      const mayTake = !this.#fragmented && bytes[at] === FIN_TEXT && size <= MAX_TAKEN_BYTES;
      if (size === NEED_MORE || (mayTake && at + size > bytes.length)) {
        this.#held = bytes.subarray(at);
        break;
      }
      const frame = mayTake && bytes[at + 1] === MASKED_16_BIT_LENGTH ? this.#read(bytes, at, size) : undefined;
      if (frame === undefined) {
        this.#follow(bytes, at);
        this.#passing = Math.max(0, at + size - bytes.length);
        at = Math.min(at + size, bytes.length);
      } else {
        if (passFrom < at) this.#ends.pass(bytes.subarray(passFrom, at));
        at += size;
        passFrom = at;
        this.#ends.take(frame);
      }
    }
    const passTo = this.#held === undefined ? bytes.length : at;
    if (passFrom < passTo) this.#ends.pass(bytes.subarray(passFrom, passTo));
  }

  /** No more is coming: what was held back goes on. */
  end(): void {
    if (this.#held !== undefined) this.#ends.pass(this.#held);
    this.#held = undefined;
  }

  /** Of the frame at `at`, which goes on. */
  #follow(bytes: Buffer, at: number): void {
    const opcode = (bytes[at] ?? 0) & OPCODE;
    if (opcode < FIRST_CONTROL) this.#fragmented = ((bytes[at] ?? 0) & FIN) === 0;
    if (opcode === CLOSE) this.#closed = true;
  }

  #read(bytes: Buffer, at: number, size: number): MediaFrame | undefined {
    const from = at + HEADER_BYTES;
    const to = at + size;
    mask(bytes, from, to);
    const frame = this.#ends.read(bytes.subarray(from, to));
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
