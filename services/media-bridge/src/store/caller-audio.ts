/** The caller's frames on their way to the engine, made whole where the line left holes. */
import type { Clock, Pulse } from '@frontdesk/lifecycle';
import { base64BytesAt, silence } from '@frontdesk/telephony';
import type { CallSession } from '../domain/call-session.ts';
import { MediaGaps } from '../domain/media-gaps.ts';
import type { CallVoice } from './call-voice.ts';
import type { StreamWatch } from './stream-watch.ts';

/** At most so much later than it is due, a second of silence takes the place of what does not come. */
export const AUDIO_LOOK_EVERY_MS = 250;

export interface CallerAudioOptions {
  clock: Clock;
  /** Of `AUDIO_LOOK_EVERY_MS`. */
  looks: Pulse;
  session: Pick<CallSession, 'callerSpeaks'>;
  watch: StreamWatch;
  voice: CallVoice;
}

export class CallerAudio implements Disposable {
  readonly #clock: Clock;
  readonly #watch: StreamWatch;
  readonly #voice: CallVoice;
  readonly #looking: Disposable;
  #gaps = new MediaGaps();

  constructor({ clock, looks, session, watch, voice }: CallerAudioOptions) {
    this.#clock = clock;
    this.#watch = watch;
    this.#voice = voice;
    this.#looking = looks.join(() => {
      if (session.callerSpeaks) this.#look();
    });
  }

  /**
   * One frame of the stream: its base64 lies in `bytes`, from `from` to `to`.
   * @param timestampMs Twilio's time of it
   * @returns why it was ignored, when it was
   */
  frame(bytes: Buffer, from: number, to: number, timestampMs: number): 'stale' | undefined {
    const nowMs = Math.trunc(this.#clock.monotonicMs());
    this.#watch.frame(nowMs);
    const { silenceMs, stale } = this.#gaps.frame(timestampMs, base64BytesAt(bytes, from, to), nowMs);
    if (stale) return 'stale';
    if (silenceMs > 0) this.#fill(silenceMs);
    this.#voice.hear(bytes, from, to);
    return undefined;
  }

  /** Another stream: its times begin anew. */
  restart(): void {
    this.#gaps = new MediaGaps();
  }

  [Symbol.dispose](): void {
    this.#looking[Symbol.dispose]();
  }

  /** Silence takes the place of frames that do not come. */
  #look(): void {
    const missingMs = this.#gaps.missing(this.#clock.monotonicMs());
    if (missingMs > 0) this.#fill(missingMs);
  }

  #fill(ms: number): void {
    const base64 = Buffer.from(Buffer.from(silence(ms)).toString('base64'));
    this.#voice.hear(base64, 0, base64.length);
  }
}
