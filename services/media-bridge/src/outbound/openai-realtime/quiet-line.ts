/**
 * What a silent caller sends, in larger pieces. Every frame costs a write, an encryption and a wake-up, and half of them
 * are of a caller who listens; nothing hangs on hearing a fifth of a second of that a little later.
 *
 * Where something hangs on it, every frame goes at once:
 * - a frame that is not quiet, with what was held before it: the beginning of a turn
 * - everything while the model hears a turn: the silence that ends it
 * - half a second after the last frame that was not quiet, unless the model has heard the turn's end since: it may be
 *   about to hear a turn
 *
 * Invariants: order and content stay as they were; no more than `PIECE_MS` is ever held; what is held is quiet.
 */
import { base64Bytes, isQuiet, MULAW_BYTES_PER_MS } from '@frontdesk/telephony';

const PIECE_MS = 200;
const RESTLESS_MS = 500;
const PIECE_BYTES = PIECE_MS * MULAW_BYTES_PER_MS;
const RESTLESS_BYTES = RESTLESS_MS * MULAW_BYTES_PER_MS;

export class QuietLine {
  readonly #send: (base64: Buffer) => void;
  readonly #held = Buffer.allocUnsafeSlow(PIECE_BYTES);
  #heldBytes = 0;
  /** Since the last frame that was not quiet. */
  #quietBytes = 0;
  #inTurn = false;

  /** @param send takes µ-law in base64, the bytes of the text */
  constructor(send: (base64: Buffer) => void) {
    this.#send = send;
  }

  /** A frame of the caller's µ-law, the bytes of its base64. */
  hear(base64: Buffer): void {
    const bytes = base64Bytes(base64);
    if (!isQuiet(base64)) this.#quietBytes = 0;
    else if (this.#quietBytes <= RESTLESS_BYTES) this.#quietBytes += bytes;
    if (this.#inTurn || this.#quietBytes <= RESTLESS_BYTES || !this.#hold(base64, bytes)) {
      this.flush();
      this.#send(base64);
    } else if (this.#heldBytes === PIECE_BYTES) {
      this.flush();
    }
  }

  /** The model has begun to hear a turn, or has heard its end. */
  turn(open: boolean): void {
    this.#inTurn = open;
    if (open) this.flush();
    else this.#quietBytes = RESTLESS_BYTES + 1;
  }

  /** Sends what is held: something is about to be said that must come after it. */
  flush(): void {
    if (this.#heldBytes === 0) return;
    const piece = this.#held.toString('base64', 0, this.#heldBytes);
    this.#heldBytes = 0;
    this.#send(Buffer.from(piece));
  }

  /** @returns false when it does not fit, or is no base64 and whoever sends it has to see that */
  #hold(base64: Buffer, bytes: number): boolean {
    if (bytes > PIECE_BYTES - this.#heldBytes) this.flush();
    if (bytes > PIECE_BYTES) return false;
    const written = this.#held.write(base64.toString('latin1'), this.#heldBytes, 'base64');
    if (written !== bytes) return false;
    this.#heldBytes += bytes;
    return true;
  }
}
