/** The caller's frames on their way to the engine, made whole where the line left holes. */
import { base64Bytes, silence } from '@frontdesk/telephony';
import { createMediaGaps } from '../domain/media-gaps.ts';

export interface CallerAudio {
  /**
   * One frame of the stream, the bytes of its base64, with Twilio's time of it.
   * @returns why it was ignored, when it was
   */
  frame(base64: Buffer, timestampMs: number, nowMs: number): 'stale' | undefined;
  /** The caller is speaking: silence takes the place of frames that do not come. */
  check(nowMs: number): void;
  /** Another stream: its times begin anew. */
  restart(): void;
}

/** @param deliver where frames and silence go, in base64 */
export function createCallerAudio(deliver: (base64: Buffer) => void): CallerAudio {
  let gaps = createMediaGaps();

  function fill(ms: number): void {
    if (ms > 0) deliver(Buffer.from(Buffer.from(silence(ms)).toString('base64')));
  }

  return {
    frame(base64, timestampMs, nowMs) {
      const { silenceMs, stale } = gaps.frame(timestampMs, base64Bytes(base64), nowMs);
      if (stale) return 'stale';
      fill(silenceMs);
      deliver(base64);
      return undefined;
    },
    check: (nowMs) => fill(gaps.missing(nowMs)),
    restart() {
      gaps = createMediaGaps();
    },
  };
}
