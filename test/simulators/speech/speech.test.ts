import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSpeechListener, encodeSpeech, isAudible } from './speech.ts';

const SENTENCE = 'Hi, this is Bluebird Heating: the next free time is Thursday at 2:30 PM. Does that suit you, Zoë?';

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => /^\S+$/u.test(text));
const sentence = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));

function hear(...chunks: Uint8Array[]): string[] {
  const listener = createSpeechListener();
  return chunks.flatMap((chunk) => listener.push(chunk)).map((spoken) => spoken.word);
}

/** The words no byte of which lies in [from, to). */
function untouched(speech: ReturnType<typeof encodeSpeech>, from: number, to: number): string[] {
  return speech.words.filter(({ startMs, endMs }) => endMs * 8 <= from || startMs * 8 >= to).map((each) => each.word);
}

describe('what is spoken is heard', () => {
  test('word for word, with the times it was spoken at', () => {
    const speech = encodeSpeech(SENTENCE);
    expect(createSpeechListener().push(speech.audio)).toEqual(speech.words);
    expect(speech.words.map((each) => each.word).join(' ')).toBe(SENTENCE);
  });

  // A listener that worked chunk by chunk lost words that straddle two frames.
  test('however the bytes are split into chunks', () => {
    fc.assert(
      fc.property(
        sentence,
        fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 40 }),
        (text, cuts) => {
          const { audio, words } = encodeSpeech(text);
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (let turn = 0; at < audio.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            chunks.push(audio.subarray(at, at + size));
            at += size;
          }
          const listener = createSpeechListener();
          expect(chunks.flatMap((chunk) => listener.push(chunk))).toEqual(words);
          expect(listener.damaged).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('through silence of either sign before, between and after', () => {
    const { audio } = encodeSpeech('one two');
    const plus = new Uint8Array(777).fill(0xff);
    const minus = new Uint8Array(1333).fill(0x7f);
    expect(hear(plus, audio, minus, audio, plus)).toEqual(['one', 'two', 'one', 'two']);
  });

  test('a word too long for one packet is broken up, not refused', () => {
    const { audio, words } = encodeSpeech('x'.repeat(400));
    expect(words.length).toBeGreaterThan(1);
    expect(hear(audio).join('')).toBe('x'.repeat(400));
  });
});

describe('speech sounds like speech', () => {
  // A voice activity detector must keep the turn open within a sentence and close it after.
  test('every 20 ms of it is audible, and silence is not', () => {
    const { audio, words } = encodeSpeech(SENTENCE);
    for (let at = 0; at + 160 <= audio.length; at += 160) expect(isAudible(audio.subarray(at, at + 160))).toBe(true);
    for (const { startMs, endMs } of words) expect(endMs - startMs).toBeGreaterThanOrEqual(220);
    for (const { startMs, endMs } of words) expect(endMs - startMs).toBeLessThanOrEqual(320);
    expect(isAudible(new Uint8Array(160).fill(0xff))).toBe(false);
    expect(isAudible(new Uint8Array(160).fill(0x7f))).toBe(false);
    expect(isAudible(new Uint8Array(0))).toBe(false);
  });
});

describe('damage', () => {
  test('one corrupted frame loses exactly the words it touches', () => {
    fc.assert(
      fc.property(sentence, fc.nat(), fc.uint8Array({ minLength: 160, maxLength: 160 }), (text, position, noise) => {
        const speech = encodeSpeech(text);
        const from = position % speech.audio.length;
        const damagedAudio = speech.audio.slice();
        for (let index = 0; index < 160 && from + index < damagedAudio.length; index += 1) {
          // Every byte of the frame differs from what was sent.
          damagedAudio[from + index] = (damagedAudio[from + index] ?? 0) ^ ((noise[index] ?? 0) || 0x10);
        }
        expect(hear(damagedAudio)).toEqual(untouched(speech, from, from + 160));
      }),
      { numRuns: 100 },
    );
  });

  test('a missing frame loses exactly the words it touches, and is counted', () => {
    fc.assert(
      fc.property(sentence, fc.nat(), (text, position) => {
        const speech = encodeSpeech(text);
        const from = position % speech.audio.length;
        const listener = createSpeechListener();
        const heard = [
          ...listener.push(speech.audio.subarray(0, from)),
          ...listener.push(speech.audio.subarray(from + 160)),
        ].map((spoken) => spoken.word);
        expect(heard).toEqual(untouched(speech, from, Math.min(from + 160, speech.audio.length)));
      }),
      { numRuns: 100 },
    );
  });

  test('a frame replaced by silence is damage; a single changed bit anywhere in a word is too', () => {
    const speech = encodeSpeech('alpha beta gamma');
    const holed = speech.audio.slice();
    const beta = (speech.words[1]?.startMs ?? 0) * 8;
    holed.fill(0xff, beta + 800, beta + 960);
    const listener = createSpeechListener();
    expect(listener.push(holed).map((each) => each.word)).toEqual(['alpha', 'gamma']);
    expect(listener.damaged).toBe(1);

    for (let bit = 0; bit < 8; bit += 1) {
      const flipped = speech.audio.slice();
      flipped[beta + 100 + bit * 190] = (flipped[beta + 100 + bit * 190] ?? 0) ^ (1 << bit);
      expect(hear(flipped)).toEqual(['alpha', 'gamma']);
    }
  });

  test('a damaged first frame is counted although its START is gone', () => {
    const speech = encodeSpeech('alpha beta');
    speech.audio.fill(0x55, 0, 160);
    const listener = createSpeechListener();
    expect(listener.push(speech.audio).map((each) => each.word)).toEqual(['beta']);
    expect(listener.damaged).toBe(1);
  });

  test('noise says nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4000, maxLength: 20_000 }), (noise) => {
        expect(hear(noise)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('interruption', () => {
  // `clear` stops playback in mid-word; what is said next must be heard whole and without waiting for the cut word.
  test('audio cut anywhere is heard up to the cut, and the next speech completely', () => {
    fc.assert(
      fc.property(sentence, fc.nat(), fc.boolean(), (text, position, pause) => {
        const first = encodeSpeech(text);
        const cutAt = position % first.audio.length;
        const silence = new Uint8Array(pause ? 1600 : 0).fill(0xff);
        const next = encodeSpeech('sorry, go on');
        const before = first.words.filter(({ endMs }) => endMs * 8 <= cutAt).map((each) => each.word);
        expect(hear(first.audio.subarray(0, cutAt), silence, next.audio)).toEqual([...before, 'sorry,', 'go', 'on']);
      }),
      { numRuns: 100 },
    );
  });

  test('a word cut by a clear is not called damaged', () => {
    const listener = createSpeechListener();
    listener.push(encodeSpeech('interrupted').audio.subarray(0, 900));
    listener.push(new Uint8Array(160).fill(0xff));
    listener.push(encodeSpeech('next').audio);
    expect({ damaged: listener.damaged, cut: listener.cut }).toEqual({ damaged: 0, cut: 1 });
  });
});
