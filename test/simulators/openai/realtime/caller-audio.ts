/** The input audio buffer: what came in, the turns found in it, and the words heard in each. */
import { BYTES_PER_MS, createSpeechListener, type SpokenWord } from '../../speech/speech.ts';
import { createWireReader } from './audio-format.ts';
import { newId } from './ids.ts';
import { RefusedEvent } from './refusal.ts';
import type { Settings } from './settings.ts';
import { createVoiceActivity } from './voice-activity.ts';

export interface HeardTurn {
  itemId: string;
  words: SpokenWord[];
  startMs: number;
  endMs: number;
}

export interface CallerAudioEvents {
  speechStarted(itemId: string, startMs: number): void;
  speechStopped(itemId: string, endMs: number): void;
  committed(turn: HeardTurn): void;
}

export interface CallerAudio {
  append(base64: string): void;
  /** @throws RefusedEvent when there is less than 100 ms */
  commit(): void;
  clear(): void;
  readonly speaking: boolean;
  readonly totalMs: number;
  readonly damagedWords: number;
}

const MAX_APPEND_BYTES = 15 * 1024 * 1024;
const MIN_COMMIT_MS = 100;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function createCallerAudio(settings: () => Settings, events: CallerAudioEvents): CallerAudio {
  const listener = createSpeechListener();
  const read = createWireReader();
  const activity = createVoiceActivity(() => settings().audio.input.turn_detection);
  let totalBytes = 0;
  /** Where the buffer begins: after the last commit or clear. */
  let bufferStartMs = 0;
  let words: SpokenWord[] = [];
  let turn: { itemId: string; startMs: number } | undefined;

  const totalMs = () => totalBytes / BYTES_PER_MS;

  function takeTurn(itemId: string, startMs: number, endMs: number): void {
    const heard = words.filter((word) => word.endMs <= endMs);
    words = words.filter((word) => word.endMs > endMs);
    bufferStartMs = endMs;
    turn = undefined;
    events.committed({ itemId, words: heard, startMs, endMs });
  }

  return {
    append(base64) {
      if (base64.length > (MAX_APPEND_BYTES / 3) * 4) {
        throw new RefusedEvent('invalid_value', 'Audio is limited to 15 MiB per event.', 'audio');
      }
      if (!BASE64.test(base64)) {
        throw new RefusedEvent('invalid_value', "Invalid 'audio'. Expected base64-encoded audio bytes.", 'audio');
      }
      const audio = read(Buffer.from(base64, 'base64'), settings().audio.input.format);
      totalBytes += audio.length;
      words.push(...listener.push(audio));
      for (const each of activity.push(audio)) {
        if (each.kind === 'started') {
          turn = { itemId: newId('item'), startMs: Math.max(bufferStartMs, each.startMs) };
          events.speechStarted(turn.itemId, turn.startMs);
        } else if (turn) {
          events.speechStopped(turn.itemId, each.endMs);
          takeTurn(turn.itemId, turn.startMs, each.endMs);
        }
      }
    },
    commit() {
      const bufferedMs = totalMs() - bufferStartMs;
      if (bufferedMs < MIN_COMMIT_MS) {
        const message = `Error committing input audio buffer: buffer too small. Expected at least ${MIN_COMMIT_MS}ms of audio, but buffer only has ${bufferedMs.toFixed(2)}ms of audio.`;
        throw new RefusedEvent('input_audio_buffer_commit_empty', message);
      }
      activity.reset();
      takeTurn(turn?.itemId ?? newId('item'), turn?.startMs ?? bufferStartMs, totalMs());
    },
    clear() {
      activity.reset();
      words = [];
      turn = undefined;
      bufferStartMs = totalMs();
    },
    get speaking() {
      return activity.speaking;
    },
    get totalMs() {
      return totalMs();
    },
    get damagedWords() {
      return listener.damaged;
    },
  };
}
