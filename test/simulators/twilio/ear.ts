/** Hears a line frame by frame: which words arrived, when there was sound, when it was quiet. Position is time. */
import { createSpeechListener, isAudible, type SpokenWord } from '../speech/speech.ts';
import { FRAME_MS, SILENCE } from './frames.ts';
import type { Utterance } from './report.ts';

/** A pause this long ends an utterance: the other one has finished. */
export const QUIET_MS = 700;

export interface Ear {
  hear(frame: Uint8Array): void;
  /** Everything heard so far lasted this long. */
  readonly positionMs: number;
  /** How long it has been quiet; the whole time when there never was a sound. */
  readonly quietMs: number;
  readonly lastSoundEndMs: number;
  /** The last frame began a sound. */
  readonly soundBegan: boolean;
  /** Words of the utterance that is going on. */
  readonly currentWords: number;
  /** Words that ended after this moment, as plain lower-case text. */
  wordsSince(ms: number): string[];
  /** All words heard so far. */
  readonly wordCount: number;
  /** What is heard next is another utterance, however short the pause. */
  endUtterance(): void;
  readonly utterances: Utterance[];
  readonly damaged: number;
  readonly cut: number;
}

interface Heard extends Utterance {
  words: number;
}

export function createEar(): Ear {
  const listener = createSpeechListener();
  /** As they sound, kept so: somebody who waits for certain words asks for them fifty times a second. */
  const words: { sound: string; endMs: number }[] = [];
  const utterances: Heard[] = [];
  let open: Heard | undefined;
  let positionMs = 0;
  let lastSoundEndMs = 0;
  let audible = false;
  let soundBegan = false;

  function add(word: SpokenWord): void {
    words.push({ sound: plain(word.word), endMs: word.endMs });
    if (open === undefined || word.startMs - open.endMs > QUIET_MS) {
      open = { text: word.word, startMs: word.startMs, endMs: word.endMs, words: 1 };
      utterances.push(open);
      return;
    }
    open.text += ` ${word.word}`;
    open.endMs = word.endMs;
    open.words += 1;
  }

  return {
    hear(frame) {
      const wasAudible = audible;
      audible = frame !== SILENCE && isAudible(frame);
      soundBegan = audible && !wasAudible;
      positionMs += FRAME_MS;
      if (audible) lastSoundEndMs = positionMs;
      for (const word of listener.push(frame)) add(word);
    },
    get positionMs() {
      return positionMs;
    },
    get quietMs() {
      return positionMs - lastSoundEndMs;
    },
    get lastSoundEndMs() {
      return lastSoundEndMs;
    },
    get soundBegan() {
      return soundBegan;
    },
    get currentWords() {
      return open !== undefined && positionMs - lastSoundEndMs < QUIET_MS ? open.words : 0;
    },
    wordsSince: (ms) => words.slice(words.findLastIndex(({ endMs }) => endMs <= ms) + 1).map(({ sound }) => sound),
    get wordCount() {
      return words.length;
    },
    endUtterance() {
      open = undefined;
    },
    get utterances() {
      return utterances.map(({ text, startMs, endMs }) => ({ text, startMs, endMs }));
    },
    get damaged() {
      return listener.damaged;
    },
    get cut() {
      return listener.cut;
    },
  };
}

/** A word without what writing adds to it: "Thursday," and "thursday" sound the same. */
export function plain(word: string): string {
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/** Whether these words occur among the heard ones, next to each other and in order. */
export function containsPhrase(heard: string[], phrase: string): boolean {
  const wanted = phrase.split(/\s+/).map(plain).filter(Boolean);
  return heard.some((_, at) => wanted.every((word, index) => heard[at + index] === word));
}
