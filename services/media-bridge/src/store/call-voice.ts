/** The engine session of the moment, and what it is given to hear. Sessions come and go; at most one is listened to. */
import type { CallSession } from '../domain/call-session.ts';
import type { EngineCommand, EngineEvent, VoiceEngine } from '../domain/voice-engine.ts';

/** Two seconds of what the caller says while the engine is opened again; what is older is forgotten. */
const MAX_HELD_FRAMES = 100;

export interface CallVoice {
  /** In place of the one there was. */
  open(): void;
  /** What it still says is not heard. */
  close(): void;
  send(command: EngineCommand): void;
  /** A frame of the caller's audio, in base64. */
  hear(base64: Buffer): void;
  /** What the caller said while nobody listened is forgotten. */
  dropHeld(): void;
}

export interface CallVoiceOptions {
  session: CallSession;
  openEngine(onEvent: (event: EngineEvent) => void): VoiceEngine;
  onEvent(event: EngineEvent): void;
}

export function createCallVoice({ session, openEngine, onEvent }: CallVoiceOptions): CallVoice {
  let engine: VoiceEngine | undefined;
  let engines = 0;
  let held: Buffer[] = [];

  function close(): void {
    engines += 1;
    engine?.close();
    engine = undefined;
  }

  return {
    close,
    open() {
      close();
      const mine = engines;
      engine = openEngine((event) => {
        if (mine === engines) onEvent(event);
      });
    },
    send: (command) => engine?.send(command),
    hear(base64) {
      if (session.hearsCaller) {
        // What waited while there was nobody to hear it comes first.
        if (held.length > 0) for (const waiting of held.splice(0)) engine?.hear(waiting);
        engine?.hear(base64);
      } else if (session.holdsCaller) {
        held.push(base64);
        if (held.length > MAX_HELD_FRAMES) held.shift();
      }
    },
    dropHeld() {
      held = [];
    },
  };
}
