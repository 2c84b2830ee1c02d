/** Speaks one line at a time, a frame per tick, and keeps what was really said. */
import { encodeSpeech } from '../speech/speech.ts';
import { damaged, FRAME_MS, toFrames, type VoiceFrame } from './frames.ts';
import type { Utterance } from './report.ts';

interface Line {
  readonly frames: VoiceFrame[];
  readonly words: { word: string; startMs: number; endMs: number }[];
}

const MAX_LINES_KEPT = 500;
const spoken = new Map<string, Line>();

/** Callers of a load test say the same lines: each is made once. */
export function prepare(text: string): Line {
  const known = spoken.get(text);
  if (known !== undefined) return known;
  const { audio, words } = encodeSpeech(text);
  const line = { frames: toFrames(audio), words };
  if (spoken.size < MAX_LINES_KEPT) spoken.set(text, line);
  return line;
}

export interface Mouth {
  start(text: string, nowMs: number): void;
  /** The frame to send now, or undefined when silent. */
  next(): VoiceFrame | undefined;
  readonly speaking: boolean;
  /** When the last word of the line just finished ended. */
  readonly lastWordEndMs: number;
  /** Lines said so far; of one broken off, the words that got out. */
  readonly said: Utterance[];
}

/** @param damageFirstLine one frame in the middle of the first word spoken is damaged */
export function createMouth(damageFirstLine: boolean): Mouth {
  const said: Utterance[] = [];
  let line: Line | undefined;
  let startMs = 0;
  let at = 0;
  let damageAt = damageFirstLine ? 0 : undefined;
  let lastWordEndMs = 0;

  function saidSoFar(): Utterance[] {
    const words = line?.words.filter((word) => word.endMs <= at * FRAME_MS) ?? [];
    const last = words.at(-1);
    if (last === undefined) return [];
    return [{ text: words.map((word) => word.word).join(' '), startMs, endMs: startMs + last.endMs }];
  }

  return {
    start(text, nowMs) {
      line = prepare(text);
      startMs = nowMs;
      at = 0;
      const first = line.words[0];
      if (damageAt !== undefined && first) damageAt = Math.floor((first.startMs + first.endMs) / 2 / FRAME_MS);
    },
    next() {
      const frame = line?.frames[at];
      if (line === undefined || frame === undefined) return undefined;
      const isDamaged = at === damageAt;
      at += 1;
      if (isDamaged) damageAt = undefined;
      if (at === line.frames.length) {
        said.push(...saidSoFar());
        lastWordEndMs = startMs + (line.words.at(-1)?.endMs ?? 0);
        line = undefined;
      }
      return isDamaged ? damaged(frame.bytes) : frame;
    },
    get speaking() {
      return line !== undefined;
    },
    get lastWordEndMs() {
      return lastWordEndMs;
    },
    get said() {
      return [...said, ...saidSoFar()];
    },
  };
}
