/**
 * The caller's audio made whole. Twilio sends a frame every 20 ms, but a lossy line leaves holes; an engine that counts
 * time by the audio it got hears two words as one, and never hears the silence that ends a turn. So a hole is filled
 * with as much silence, up to a limit, and a caller whose audio stops in mid-speech gets a second of it.
 *
 * Times of frames are Twilio's, in milliseconds since the start of the stream; `nowMs` is any monotonic clock.
 */
import { muLawDurationMs } from '@frontdesk/telephony';

export const MAX_FILL_MS = 10_000;
/** Audio that stays away this long while the caller speaks is taken for silence. */
export const MISSING_AFTER_MS = 750;
export const MISSING_FILL_MS = 1_000;
/** So many frames in a row are not late: it was the time of the last one that was taken that was wrong. */
const MAX_STALE_FRAMES = 10;
/** Shorter holes are the sender's rounding. */
const TOLERATED_MS = 10;

export interface MediaGaps {
  /** @returns silence to be heard before the frame; `stale` when the frame comes again or too late */
  frame(timestampMs: number, bytes: number, nowMs: number): { silenceMs: number; stale: boolean };
  /** @returns silence to be heard instead of a frame that does not come, while the caller speaks */
  missing(nowMs: number): number;
}

export function createMediaGaps(): MediaGaps {
  let expectedMs: number | undefined;
  let lastFrameAtMs: number | undefined;
  /** Silence heard in place of frames since the last one. */
  let filledMs = 0;
  let staleFrames = 0;

  return {
    frame(timestampMs, bytes, nowMs) {
      const endsMs = timestampMs + muLawDurationMs(bytes);
      if (expectedMs !== undefined && timestampMs < expectedMs - TOLERATED_MS) {
        staleFrames += 1;
        if (staleFrames <= MAX_STALE_FRAMES) return { silenceMs: 0, stale: true };
        expectedMs = undefined;
      }
      staleFrames = 0;
      const holeMs = expectedMs === undefined ? 0 : timestampMs - expectedMs - filledMs;
      expectedMs = endsMs;
      lastFrameAtMs = nowMs;
      filledMs = 0;
      return { silenceMs: holeMs > TOLERATED_MS ? Math.min(holeMs, MAX_FILL_MS) : 0, stale: false };
    },
    missing(nowMs) {
      if (lastFrameAtMs === undefined || filledMs >= MAX_FILL_MS) return 0;
      if (nowMs - lastFrameAtMs < MISSING_AFTER_MS + filledMs) return 0;
      filledMs += MISSING_FILL_MS;
      return MISSING_FILL_MS;
    },
  };
}
