/**
 * Voice activity detection on the energy of the audio that really came, 20 ms at a time. Pure: bytes in, turns out.
 * `semantic_vad` is stood in for by the silence it would typically wait for; there is no understanding behind it.
 */
import { BYTES_PER_MS, rms } from '../../speech/speech.ts';
import type { TurnDetection } from './params.ts';

export type Activity =
  /** `startMs` includes the prefix; both count from the first audio of the session. */
  { kind: 'started'; startMs: number } | { kind: 'stopped'; endMs: number };

export interface VoiceActivity {
  push(audio: Uint8Array): Activity[];
  /** The buffer was cleared or committed by the client: whatever was going on is over. */
  reset(): void;
  readonly speaking: boolean;
}

const FRAME_BYTES = 20 * BYTES_PER_MS;
/** Shorter sounds are clicks. */
const MIN_SPEECH_MS = 60;
/** RMS that a threshold of 1 asks for; the default of 0.5 is reached by anything one would call audible. */
const FULL_THRESHOLD_RMS = 600;
const SEMANTIC_SILENCE_MS = { low: 1000, medium: 600, auto: 600, high: 400 } as const;

export function createVoiceActivity(detection: () => TurnDetection | null): VoiceActivity {
  let frame = new Uint8Array(FRAME_BYTES);
  let filled = 0;
  let heardMs = 0;
  let loudMs = 0;
  let quietMs = 0;
  let speaking = false;

  function limits(settings: TurnDetection) {
    if (settings.type === 'semantic_vad') {
      return { threshold: 0.5, prefixMs: 300, silenceMs: SEMANTIC_SILENCE_MS[settings.eagerness] };
    }
    const { threshold, prefix_padding_ms: prefixMs, silence_duration_ms: silenceMs } = settings;
    return { threshold, prefixMs, silenceMs };
  }

  function hearFrame(): Activity | undefined {
    heardMs += 20;
    const settings = detection();
    if (settings === null) return undefined;
    const { threshold, prefixMs, silenceMs } = limits(settings);
    const loud = rms(frame) >= Math.max(1, threshold * FULL_THRESHOLD_RMS);
    loudMs = loud ? loudMs + 20 : 0;
    quietMs = loud ? 0 : quietMs + 20;
    if (!speaking && loudMs >= MIN_SPEECH_MS) {
      speaking = true;
      return { kind: 'started', startMs: Math.max(0, heardMs - loudMs - prefixMs) };
    }
    if (speaking && quietMs >= Math.max(20, silenceMs)) {
      speaking = false;
      return { kind: 'stopped', endMs: heardMs };
    }
    return undefined;
  }

  return {
    push(audio) {
      const activities: Activity[] = [];
      for (let at = 0; at < audio.length; ) {
        const part = audio.subarray(at, at + FRAME_BYTES - filled);
        frame.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < FRAME_BYTES) break;
        filled = 0;
        const activity = hearFrame();
        if (activity) activities.push(activity);
      }
      return activities;
    },
    reset() {
      frame = new Uint8Array(FRAME_BYTES);
      filled = 0;
      loudMs = 0;
      quietMs = 0;
      speaking = false;
    },
    get speaking() {
      return speaking;
    },
  };
}
