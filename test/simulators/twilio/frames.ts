/** Twenty milliseconds of a call's audio, made once and sent as often as wanted. */

export const FRAME_MS = 20;
export const FRAME_BYTES = 160;

export interface VoiceFrame {
  readonly bytes: Uint8Array;
  readonly base64: string;
}

export const SILENCE = new Uint8Array(FRAME_BYTES).fill(0xff);
export const SILENT_FRAME: VoiceFrame = frameOf(SILENCE);

function frameOf(bytes: Uint8Array): VoiceFrame {
  return { bytes, base64: Buffer.from(bytes).toString('base64') };
}

/** Cuts audio into frames; the last one is filled up with silence. */
export function toFrames(audio: Uint8Array): VoiceFrame[] {
  const frames: VoiceFrame[] = [];
  for (let at = 0; at < audio.length; at += FRAME_BYTES) {
    const bytes = SILENCE.slice();
    bytes.set(audio.subarray(at, at + FRAME_BYTES));
    frames.push(frameOf(bytes));
  }
  return frames;
}

/** The same frame with every low bit turned, as noise on the line would leave it: still audible, its word is lost. */
export function damaged(bytes: Uint8Array): VoiceFrame {
  return frameOf(bytes.map((byte) => byte ^ 1));
}
