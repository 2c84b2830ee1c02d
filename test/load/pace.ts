/** How the simulated people talk and how the simulated model answers, so that each speaks about half of the time. */

export const FRAME_MS = 20;
export const FRAME_BYTES = 160;
/** Stamps and places in the pacer's wheel: a call sends in one millisecond out of twenty. */
export const WHEEL_SLOTS = FRAME_MS;

/** Silence, then speech, again and again; the first silence is for the greeting. */
const CYCLE_FRAMES = 500;
const SPEECH_FROM_FRAME = 250;

export function callerSpeaksIn(frame: number): boolean {
  return frame % CYCLE_FRAMES >= SPEECH_FROM_FRAME;
}

/** Connecting, configuring and speaking take the model half a second together. */
export const MODEL_CONNECT_MS = 200;
export const MODEL_CONFIGURE_MS = 50;
export const MODEL_FIRST_AUDIO_MS = 250;

/** The model's voice activity detection. */
export const LOUD_FRAMES = 3;
export const QUIET_FRAMES = 10;
export const TRANSCRIPTION_MS = 50;
export const REPLY_MS = 200;

/** Audio comes in pieces of this length, eight times faster than it plays. */
export const DELTA_MS = 240;
export const DELTA_EVERY_MS = 30;
export const GREETING_DELTAS = 13;
/** Of every two replies one has been heard when the caller speaks again, and one is interrupted by it. */
export const REPLY_DELTAS = [18, 28] as const;

/** So many that what is kept per business is no bottleneck which a real load would not have. */
export const BUSINESSES = 10;
