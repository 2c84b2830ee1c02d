/**
 * The caller's audio made whole. Twilio sends a frame every 20 ms, but a lossy line leaves holes; an engine that counts
 * time by the audio it got hears two words as one, and never hears the silence that ends a turn. So a hole is filled
 * with as much silence, up to a limit, and a caller whose audio stops in mid-speech gets a second of it.
 *
 * Times of frames are Twilio's, in milliseconds since the start of the stream; `nowMs` is any monotonic clock. What is
 * kept of a frame are whole numbers: they lie in the object itself, while a fraction, or a field that was `undefined` once,
 * would be an object of its own for each frame.
 */
import { muLawDurationMs } from '@frontdesk/telephony';

export const MAX_FILL_MS = 10_000;
/** Audio that stays away this long while the caller speaks is taken for silence. */
const MISSING_AFTER_MS = 750;
export const MISSING_FILL_MS = 1_000;
/** So many frames in a row are not late: it was the time of the last one that was taken that was wrong. */
const MAX_STALE_FRAMES = 10;
/** Shorter holes are the sender's rounding. */
const TOLERATED_MS = 10;
/** No frame came yet. */
const NONE = -1;

export class MediaGaps {
  /** Twilio's time of the next frame, or `NONE`. */
  #expectedMs = NONE;
  #lastFrameAtMs = NONE;
  /** Silence heard in place of frames since the last one. */
  #filledMs = 0;
  #staleFrames = 0;

  /**
   * @param timestampMs whole milliseconds, as is `nowMs`
   * @returns silence to be heard before the frame; `stale` when the frame comes again or too late
   */
  frame(timestampMs: number, bytes: number, nowMs: number): { silenceMs: number; stale: boolean } {
    if (this.#expectedMs !== NONE && timestampMs < this.#expectedMs - TOLERATED_MS) {
      this.#staleFrames += 1;
      if (this.#staleFrames <= MAX_STALE_FRAMES) return { silenceMs: 0, stale: true };
      this.#expectedMs = NONE;
    }
    this.#staleFrames = 0;
    const holeMs = this.#expectedMs === NONE ? 0 : timestampMs - this.#expectedMs - this.#filledMs;
    this.#expectedMs = timestampMs + Math.trunc(muLawDurationMs(bytes));
    this.#lastFrameAtMs = nowMs;
    this.#filledMs = 0;
    return { silenceMs: holeMs > TOLERATED_MS ? Math.min(holeMs, MAX_FILL_MS) : 0, stale: false };
  }

  /** @returns silence to be heard instead of a frame that does not come, while the caller speaks */
  missing(nowMs: number): number {
    if (this.#lastFrameAtMs === NONE || this.#filledMs >= MAX_FILL_MS) return 0;
    if (nowMs - this.#lastFrameAtMs < MISSING_AFTER_MS + this.#filledMs) return 0;
    this.#filledMs += MISSING_FILL_MS;
    return MISSING_FILL_MS;
  }
}
