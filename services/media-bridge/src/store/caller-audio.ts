/** The caller's frames on their way to the engine, made whole where the line left holes. */
import type { Clock } from '@frontdesk/lifecycle';
import { base64BytesAt, silence } from '@frontdesk/telephony';
import { MediaGaps } from '../domain/media-gaps.ts';
import type { CallLoop } from './call-loop.ts';
import type { CallVoice } from './call-voice.ts';
import type { StreamWatch } from './stream-watch.ts';

export interface CallerAudioOptions {
  clock: Clock;
  watch: StreamWatch;
  loop: Pick<CallLoop, 'doubting'>;
  voice: CallVoice;
}

export class CallerAudio {
  readonly #clock: Clock;
  readonly #watch: StreamWatch;
  readonly #loop: CallerAudioOptions['loop'];
  readonly #voice: CallVoice;
  #gaps = new MediaGaps();

  constructor({ clock, watch, loop, voice }: CallerAudioOptions) {
    this.#clock = clock;
    this.#watch = watch;
    this.#loop = loop;
    this.#voice = voice;
  }

  /**
   * One frame of the stream: its base64 lies in `bytes`, from `from` to `to`.
   * @param timestampMs Twilio's time of it
   * @returns why it was ignored, when it was
   */
  frame(bytes: Buffer, from: number, to: number, timestampMs: number): 'stale' | undefined {
    const nowMs = this.#clock.monotonicMs();
    this.#watch.frame(nowMs);
    const { silenceMs, stale } = this.#gaps.frame(timestampMs, base64BytesAt(bytes, from, to), nowMs);
    if (stale) return 'stale';
    if (silenceMs > 0) this.#fill(silenceMs);
    this.#deliver(bytes, from, to);
    return undefined;
  }

  /**
   * The caller is speaking: silence takes the place of frames that do not come.
   * @returns after how long to check again
   */
  check(): number {
    const nowMs = this.#clock.monotonicMs();
    const missingMs = this.#gaps.missing(nowMs);
    if (missingMs > 0) this.#fill(missingMs);
    return this.#gaps.nextMissingMs(nowMs);
  }

  /** Another stream: its times begin anew. */
  restart(): void {
    this.#gaps = new MediaGaps();
  }

  #fill(ms: number): void {
    const base64 = Buffer.from(Buffer.from(silence(ms)).toString('base64'));
    this.#deliver(base64, 0, base64.length);
  }

  #deliver(bytes: Buffer, from: number, to: number): void {
    if (!this.#loop.doubting) this.#voice.hear(bytes, from, to);
  }
}
