/**
 * Messages taken out of a WebSocket byte stream, before whoever reads the rest of it sees them: those that come so often in
 * every call that a library's streams and events would be most of what they cost.
 *
 * What is offered is one whole, unfragmented text frame with a length of 16 bits (126 to 65,535 bytes of text), masked as a
 * client's or not, as a server's. Everything else goes on byte for byte: control frames, short and very long messages,
 * fragments, and whatever breaks the protocol, for the other reader to judge. So does what the taker has no use for.
 *
 * Invariants
 * - L1. What goes on, and the frames that were taken, are together all whole frames that came, in their order.
 * - L2. Nothing is taken inside a fragmented message, nor after a close frame or one that breaks the protocol.
 * - L3. No more than one frame of `maxBytes` is held back, and only until the rest of it comes.
 *
 * What audio goes through, from here to the model's socket, are classes: closures made for each call are objects of each
 * call, and with a hundred calls none of them is in the processor's caches any more when the next frame comes.
 */
import { frameSize, NEED_MORE } from './frame-size.ts';

const FIN_TEXT = 0x81;
const FIN = 0x80;
const RESERVED = 0x70;
const OPCODE = 0x0f;
const CONTINUATION = 0;
const BINARY = 2;
const FIRST_CONTROL = 8;
const CLOSE = 8;
const PONG = 10;
/** The second byte of a frame whose length follows in two bytes. */
const LENGTH_OF_16_BITS = 126;
const MASKED = 0x80;
/** Where the text of an offered frame begins, when it is not masked. */
export const UNMASKED_HEADER_BYTES = 4;

export interface FrameLaneEnds {
  /**
   * One whole text frame, as it came, from `from` to `to` in what was pushed.
   * @returns false when it is to go on
   */
  take(bytes: Buffer, from: number, to: number): boolean;
  /** Bytes that go on. */
  pass(bytes: Buffer): void;
}

export interface FrameLaneOptions {
  /** A client's frames are. */
  masked: boolean;
  /** Of the longest frame that is offered, header included. */
  maxBytes: number;
}

export class FrameLane {
  readonly #ends: FrameLaneEnds;
  readonly #secondByte: number;
  readonly #maxBytes: number;
  #held: Buffer | undefined;
  /** Bytes of a frame that has begun to go on. */
  #passing = 0;
  #fragmented = false;
  /** Nothing is taken any more. */
  #closed = false;

  constructor(ends: FrameLaneEnds, { masked, maxBytes }: FrameLaneOptions) {
    this.#ends = ends;
    this.#secondByte = LENGTH_OF_16_BITS | (masked ? MASKED : 0);
    this.#maxBytes = maxBytes;
  }

  /** @param chunk as it came; whoever takes may change it, so it is the lane’s from here on */
  push(chunk: Buffer): void {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    let passFrom = 0;
    let at = Math.min(this.#passing, bytes.length);
    this.#passing -= at;
    while (at < bytes.length && !this.#closed) {
      const size = frameSize(bytes, at);
      const mayTake = !this.#fragmented && bytes[at] === FIN_TEXT && size <= this.#maxBytes;
      if (size === NEED_MORE || (mayTake && at + size > bytes.length)) {
        this.#held = bytes.subarray(at);
        break;
      }
      if (mayTake && bytes[at + 1] === this.#secondByte) {
        // What came before it may decide whether it is taken.
        if (passFrom < at) this.#ends.pass(bytes.subarray(passFrom, at));
        passFrom = at;
        if (this.#ends.take(bytes, at, at + size)) {
          at += size;
          passFrom = at;
          continue;
        }
      }
      this.#follow(bytes, at);
      this.#passing = Math.max(0, at + size - bytes.length);
      at = Math.min(at + size, bytes.length);
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
    const first = bytes[at] ?? 0;
    const opcode = first & OPCODE;
    const isKnown = opcode <= BINARY || (opcode >= FIRST_CONTROL && opcode <= PONG);
    const isMasked = ((bytes[at + 1] ?? 0) & MASKED) === (this.#secondByte & MASKED);
    const isData = opcode < FIRST_CONTROL;
    const isInPlace = !isData || (opcode === CONTINUATION) === this.#fragmented;
    if (isData) this.#fragmented = (first & FIN) === 0;
    if (opcode === CLOSE || !isKnown || !isMasked || !isInPlace || (first & RESERVED) !== 0) this.#closed = true;
  }
}
