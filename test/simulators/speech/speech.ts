/**
 * How simulated speech is understood: audible µ-law whose least significant bits carry the words. A simulated model
 * hears exactly the words that arrived intact; a simulated caller hears exactly what was really played to it.
 */
export { encodeSpeech, type SpokenWord, splitWords } from './encode.ts';
export { createSpeechListener, type SpeechListener } from './listener.ts';
export { BYTES_PER_MS, isAudible, rms } from './mulaw.ts';
