/**
 * The caller's audio taken out of a WebSocket byte stream, before whoever reads the rest of it sees it: fifty messages a
 * second in every call, each of which would go through two streams and several event listeners otherwise.
 *
 * Everything that is not one whole, unfragmented text frame as Twilio's audio comes in goes on byte for byte: control
 * frames, short and very long messages, fragments, and whatever breaks the protocol, for the other reader to judge. So does
 * what the taker has no use for.
 *
 * Invariants
 * - M1. What goes on, and the frames that were taken, are together all whole frames that came, in their order.
 * - M2. Nothing is taken inside a fragmented message, nor after a close frame.
 * - M3. No more than one frame of `MAX_AUDIO_FRAME_BYTES` is held back, and only until the rest of it comes.
 *
 * What audio goes through, from here to the model's socket, are classes: closures made for each call are objects of each
 * call, and with a hundred calls none of them is in the processor's caches any more when the next frame comes.
 */
import { frameSize, NEED_MORE } from './frame-size.ts';
import { MASKED_16_BIT_LENGTH, MAX_AUDIO_FRAME_BYTES } from './masked-frame.ts';

const FIN_TEXT = 0x81;
const FIN = 0x80;
const OPCODE = 0x0f;
const FIRST_CONTROL = 8;
const CLOSE = 8;

export interface MediaLaneEnds {
  /**
   * One whole text frame, masked, as it came, from `from` to `to` in what was pushed.
   * @returns false when it is to go on
   */
  take(bytes: Buffer, from: number, to: number): boolean;
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

  /** @param chunk as it came; whoever takes may change it, so it is the lane’s from here on */
  push(chunk: Buffer): void {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    let passFrom = 0;
    let at = Math.min(this.#passing, bytes.length);
    this.#passing -= at;
    while (at < bytes.length && !this.#closed) {
      const size = frameSize(bytes, at);
      const mayTake = !this.#fragmented && bytes[at] === FIN_TEXT && size <= MAX_AUDIO_FRAME_BYTES;
      if (size === NEED_MORE || (mayTake && at + size > bytes.length)) {
        this.#held = bytes.subarray(at);
        break;
      }
      if (mayTake && bytes[at + 1] === MASKED_16_BIT_LENGTH) {
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
    const opcode = (bytes[at] ?? 0) & OPCODE;
    if (opcode < FIRST_CONTROL) this.#fragmented = ((bytes[at] ?? 0) & FIN) === 0;
    if (opcode === CLOSE) this.#closed = true;
  }
}
