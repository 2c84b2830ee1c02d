/** The engine session of the moment, and what it is given to hear. Sessions come and go; at most one is listened to. */
import type { CallSession } from '../domain/call-session.ts';
import type { Ear, EngineCommand, EngineEvent, VoiceEngine } from '../domain/voice-engine.ts';

/** Two seconds of what the caller says while the engine is opened again; what is older is forgotten. */
const MAX_HELD_FRAMES = 100;

export interface CallVoiceOptions {
  session: CallSession;
  openEngine(onEvent: (event: EngineEvent) => void): VoiceEngine;
  onEvent(event: EngineEvent): void;
  /** Whose call it is, is not known now: nothing that is said in it is heard, or kept. */
  isInDoubt(): boolean;
  /** The engine did not take a frame. */
  onDropped(): void;
}

export class CallVoice {
  readonly #options: CallVoiceOptions;
  readonly #session: CallSession;
  #engine: VoiceEngine | undefined;
  /** Hears the next frame. Whether there is one is asked when something has happened, and not for each frame. */
  #ear: Ear | undefined;
  #engines = 0;
  #held: Buffer[] = [];

  constructor(options: CallVoiceOptions) {
    this.#options = options;
    this.#session = options.session;
  }

  /** In place of the one there was. */
  open(): void {
    this.close();
    const mine = this.#engines;
    this.#engine = this.#options.openEngine((event) => {
      if (mine === this.#engines) this.#options.onEvent(event);
    });
  }

  /** What it still says is not heard. */
  close(): void {
    this.#engines += 1;
    this.#engine?.close();
    this.#engine = undefined;
    this.#ear = undefined;
  }

  /** To be called whenever something was handled, and when it becomes doubtful whose call it is. */
  settle(): void {
    this.#ear = this.#session.hearsCaller && !this.#options.isInDoubt() ? this.#engine?.ear() : undefined;
    if (this.#ear === undefined || this.#held.length === 0) return;
    for (const waiting of this.#held.splice(0)) this.hear(waiting, 0, waiting.length);
  }

  send(command: EngineCommand): void {
    this.#engine?.send(command);
  }

  /** A frame of the caller's audio: its base64 lies in `bytes`, from `from` to `to`. */
  hear(bytes: Buffer, from: number, to: number): void {
    if (this.#ear !== undefined) {
      if (!this.#ear.appendAudio(bytes, from, to)) this.#options.onDropped();
    } else if (this.#session.holdsCaller && !this.#options.isInDoubt()) {
      this.#held.push(bytes.subarray(from, to));
      if (this.#held.length > MAX_HELD_FRAMES) this.#held.shift();
    }
  }

  /** What the caller said while nobody listened is forgotten. */
  dropHeld(): void {
    this.#held = [];
  }
}
