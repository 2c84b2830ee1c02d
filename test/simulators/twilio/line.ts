/**
 * The telephone line from answer to end: twenty milliseconds at a time the person hears what the call plays now and
 * acts, and what they say goes where the call listens now.
 */
import { FRAME_MS, SILENCE, SILENT_FRAME, type VoiceFrame } from './frames.ts';
import type { Pace, Pacer } from './pacer.ts';
import type { Caller } from './scripted-caller.ts';

/** What is connected to the line: a media stream, a spoken text, a recorder, or nothing. */
export interface Party {
  play?(): Uint8Array;
  send?(frame: VoiceFrame): void;
  pressKey?(digit: string): void;
}

export interface Line extends Disposable {
  connect(party: Party): void;
  disconnect(party: Party): void;
  /** Ticks since the answer, in ms. */
  readonly positionMs: number;
  readonly maxFrameLateMs: number;
}

export function answerLine(pacer: Pacer, caller: Caller, onHangUp: () => void): Line {
  let party: Party = {};
  let positionMs = 0;
  const pace: Pace = pacer.start(() => {
    positionMs += FRAME_MS;
    const act = caller.step(party.play?.() ?? SILENCE);
    party.send?.(act.frame ?? SILENT_FRAME);
    if (act.digit !== undefined) party.pressKey?.(act.digit);
    if (act.hangUp) onHangUp();
  });
  return {
    connect(next) {
      party = next;
    },
    disconnect(gone) {
      if (party === gone) party = {};
    },
    get positionMs() {
      return positionMs;
    },
    get maxFrameLateMs() {
      return Math.round(pace.maxLateMs);
    },
    [Symbol.dispose]: () => pace[Symbol.dispose](),
  };
}
