/**
 * Notices a stream that went silent without being closed. A gateway that is frozen, or whose machine or network is lost,
 * sends no FIN: the socket stays open, and nobody hears or is heard.
 *
 *   frames every 20 ms                     Twilio's, whether the caller speaks or not
 *   none for 2 s                           a mark is sent; with nothing left to play Twilio returns it at once
 *   neither frame nor answer for 3 s       the stream is lost
 *
 * The mark is for telephone networks that send nothing while a caller is silent or in a tunnel: such a call has its line.
 *
 * What never came cannot stay away: a stream is watched from its first frame on. Time is counted in looks, each of which
 * is a turn of the event loop: while this process stood still, nothing could come.
 */
import type { Pulse } from '@frontdesk/lifecycle';

/** Ten frames: a network's hiccup is shorter. */
const HEARD_WITHIN_MS = 200;
/** So long ago that nothing was heard. */
const NEVER = -1 - HEARD_WITHIN_MS;
export const LOOK_EVERY_MS = 500;
const ASKED_AFTER_LOOKS = 4;
const LOST_AFTER_LOOKS = 6;
/** A mark's name that no spoken item has. */
export const ARE_YOU_THERE = 'are-you-there';

export interface StreamWatchOptions {
  /** Of `LOOK_EVERY_MS`. */
  pulse: Pulse;
  /** Whether a stream is to be there now, and it is known that the call is ours. */
  isWatched(): boolean;
  /** Sends a mark along the stream. */
  ask(name: string): void;
  onSilent(): void;
}

export class StreamWatch implements Disposable {
  readonly #options: StreamWatchOptions;
  /** Of this stream. */
  #lastFrameAtMs = NEVER;
  #lastSignAtMs = 0;
  #seenAtMs = 0;
  #silentLooks = 0;
  readonly #looking: Disposable;

  constructor(options: StreamWatchOptions) {
    this.#options = options;
    this.#looking = options.pulse.join(() => this.#look());
  }

  /**
   * A frame came.
   * @param nowMs whole milliseconds: see `MediaGaps`
   */
  frame(nowMs: number): void {
    this.#lastFrameAtMs = nowMs;
  }

  /** Whether frames are coming. */
  isHeard(nowMs: number): boolean {
    return nowMs - this.#lastFrameAtMs <= HEARD_WITHIN_MS;
  }

  /** Something else came. */
  sign(nowMs: number): void {
    this.#lastSignAtMs = nowMs;
  }

  /** Another stream: what the one before sent does not count. */
  restart(): void {
    this.#lastFrameAtMs = NEVER;
    this.#silentLooks = 0;
  }

  [Symbol.dispose](): void {
    this.#looking[Symbol.dispose]();
  }

  #look(): void {
    const begun = this.#lastFrameAtMs !== NEVER;
    const signAtMs = Math.max(this.#lastFrameAtMs, this.#lastSignAtMs);
    if (!begun || signAtMs !== this.#seenAtMs || !this.#options.isWatched()) {
      this.#seenAtMs = signAtMs;
      this.#silentLooks = 0;
      return;
    }
    this.#silentLooks += 1;
    if (this.#silentLooks === ASKED_AFTER_LOOKS) this.#options.ask(ARE_YOU_THERE);
    if (this.#silentLooks === LOST_AFTER_LOOKS) this.#options.onSilent();
  }
}
