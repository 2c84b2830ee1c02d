/** Text to simulated speech: an amplitude-modulated tone per word, paced like a person, the words in its low bits. */
import { BYTES_PER_MS, linearToMuLaw } from './mulaw.ts';
import { MAX_TEXT_BYTES, MAX_WORD_SAMPLES, MIN_WORD_SAMPLES, writeWord } from './packet.ts';

/** A word and where it lies in a stretch of audio, in milliseconds from the start of that audio. */
export interface SpokenWord {
  word: string;
  startMs: number;
  endMs: number;
}

const FRAME_SAMPLES = 160;
const GAP_SAMPLES = 60 * BYTES_PER_MS;
const PEAK = 9000;
const MURMUR_PEAK = 1200;

/** Longer words take longer: 200 ms and 15 ms a letter, in whole 20 ms frames, within what a packet allows. */
function wordLengthSamples(word: string): number {
  const wanted = (200 + 15 * word.length) * BYTES_PER_MS;
  const frames = Math.ceil(wanted / FRAME_SAMPLES) * FRAME_SAMPLES;
  return Math.min(MAX_WORD_SAMPLES, Math.max(MIN_WORD_SAMPLES, frames));
}

/** A voice-like pitch (Hz) that depends on the word alone. */
function pitch(word: string): number {
  let sum = 0;
  for (const letter of word) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 97;
  return 180 + sum * 2;
}

function tone(into: Uint8Array, hertz: number, peak: (position: number) => number): void {
  const step = (2 * Math.PI * hertz) / 8000;
  for (let at = 0; at < into.length; at += 1) {
    into[at] = linearToMuLaw(Math.round(Math.sin(at * step) * peak(at / into.length)));
  }
}

/** Whitespace separates words, punctuation stays with its word; what no packet could hold is broken up. */
export function splitWords(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => (Buffer.byteLength(word) <= MAX_TEXT_BYTES ? [word] : (word.match(/.{1,60}/gu) ?? [])));
}

/**
 * Speaks a text.
 * @returns the µ-law audio, 8 bytes per millisecond: every word takes 220–320 ms, and 60 ms of murmur follow it
 */
export function encodeSpeech(text: string): { audio: Uint8Array; words: SpokenWord[] } {
  const plan = splitWords(text).map((word) => ({ word, samples: wordLengthSamples(word) }));
  const audio = new Uint8Array(plan.reduce((total, { samples }) => total + samples + GAP_SAMPLES, 0));
  const words: SpokenWord[] = [];
  let at = 0;
  for (const { word, samples } of plan) {
    const sound = audio.subarray(at, at + samples);
    // A syllable's swell; never below a fifth, so that no moment within a word could pass for silence.
    tone(sound, pitch(word), (position) => PEAK * (0.2 + 0.8 * Math.sin(Math.PI * position)));
    writeWord(sound, word);
    const murmur = audio.subarray(at + samples, at + samples + GAP_SAMPLES);
    tone(murmur, pitch(word) / 2, () => MURMUR_PEAK);
    for (let index = 0; index < murmur.length; index += 1) murmur[index] = (murmur[index] ?? 0) | 1;
    words.push({ word, startMs: at / BYTES_PER_MS, endMs: (at + samples) / BYTES_PER_MS });
    at += samples + GAP_SAMPLES;
  }
  return { audio, words };
}
