/**
 * Simulated speech to words: finds the packets of `packet.ts` in a stream of µ-law that may start anywhere, have
 * holes, be cut off by a `clear`, and arrive in chunks of any size.
 *
 * Invariants
 * - L1. The words depend on the bytes alone, never on how they were chunked: everything works sample by sample.
 * - L2. Every START opens a candidate of its own, so a damaged word never delays or hides the one after it.
 * - L3. Memory is bounded: one ring of the longest word, and candidates no longer than that.
 */
import type { SpokenWord } from './encode.ts';
import { BYTES_PER_MS } from './mulaw.ts';
import {
  END_MARKER,
  HEADER_BITS,
  MARKER_BITS,
  MAX_WORD_SAMPLES,
  readWord,
  START_MARKER,
  wordSamples,
} from './packet.ts';

export interface SpeechListener {
  /** Hears the next stretch of audio. Times are positions in everything pushed so far, in milliseconds. */
  push(audio: Uint8Array): SpokenWord[];
  /** Words that reached their end but not as they were sent: changed, or with samples missing or added. */
  readonly damaged: number;
  /** Words that stopped short in silence, as a `clear` leaves them. */
  readonly cut: number;
}

/** Ten milliseconds of nothing: no word has that inside, so a word that meets it was cut. */
const SILENCE_RUN_SAMPLES = 10 * BYTES_PER_MS;
const RING_SAMPLES = 4096;

interface Candidate {
  start: number;
  /** Where it will be whole; unknown until its header is here. */
  end: number | undefined;
}

export function createSpeechListener(): SpeechListener {
  const ring = new Uint8Array(RING_SAMPLES);
  let heardSamples = 0;
  let lastBits = 0;
  let silentSamples = 0;
  let candidates: Candidate[] = [];
  /** The last position at which a word was completed or given up, so that its END is not counted again. */
  let settledAt = -1;
  let damaged = 0;
  let cut = 0;

  function since(start: number): Uint8Array {
    const audio = new Uint8Array(heardSamples - start);
    for (let index = 0; index < audio.length; index += 1) audio[index] = ring[(start + index) % RING_SAMPLES] ?? 0;
    return audio;
  }

  function readHeader(candidate: Candidate): void {
    const samples = wordSamples(since(candidate.start));
    if (samples === undefined) candidates = candidates.filter((other) => other !== candidate);
    else candidate.end = candidate.start + samples;
  }

  function finish(candidate: Candidate): SpokenWord | undefined {
    const word = readWord(since(candidate.start));
    settledAt = heardSamples;
    if (word === undefined) {
      candidates = candidates.filter((other) => other !== candidate);
      damaged += 1;
      return undefined;
    }
    damaged += candidates.filter((other) => other.start < candidate.start).length;
    candidates = [];
    return { word, startMs: candidate.start / BYTES_PER_MS, endMs: heardSamples / BYTES_PER_MS };
  }

  function hear(sample: number, words: SpokenWord[]): void {
    ring[heardSamples % RING_SAMPLES] = sample;
    heardSamples += 1;
    lastBits = ((lastBits << 1) | (sample & 1)) >>> 0;
    silentSamples = (sample & 0x7f) === 0x7f ? silentSamples + 1 : 0;

    for (const candidate of candidates) {
      if (candidate.end === undefined && heardSamples - candidate.start === HEADER_BITS) readHeader(candidate);
      if (candidate.end === heardSamples) {
        const word = finish(candidate);
        if (word !== undefined) words.push(word);
      }
    }
    if (lastBits === START_MARKER && heardSamples >= MARKER_BITS) {
      candidates.push({ start: heardSamples - MARKER_BITS, end: undefined });
    }
    if (lastBits === END_MARKER && settledAt !== heardSamples) {
      damaged += 1;
      candidates = [];
    }
    if (silentSamples === SILENCE_RUN_SAMPLES && candidates.length > 0) {
      cut += 1;
      candidates = [];
    }
  }

  return {
    push(audio) {
      const words: SpokenWord[] = [];
      for (const sample of audio) hear(sample, words);
      return words;
    },
    get damaged() {
      return damaged;
    },
    get cut() {
      return cut;
    },
  };
}

/** The ring must hold the longest word whole. */
if (RING_SAMPLES < MAX_WORD_SAMPLES) throw new RangeError('the ring is shorter than a word');
