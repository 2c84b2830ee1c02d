import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heardText, type TextPlace } from './heard-text.ts';

/** Text and audio in step: each word came just before its audio. */
function inStep(words: string[], msOfWord: number): TextPlace[] {
  let chars = 0;
  return words.map((word, index) => {
    chars += word.length + (index > 0 ? 1 : 0);
    return { chars, ms: index * msOfWord };
  });
}

const words = ['we', 'have', 'an', 'opening', 'on', 'Thursday'];
const text = words.join(' ');

it('keeps the words whose audio was played, when text and audio came in step', () => {
  const places = inStep(words, 500);
  expect(heardText(text, places, 1_000, 3_000)).toBe('we have');
  expect(heardText(text, places, 1_999, 3_000)).toBe('we have an');
  expect(heardText(text, places, 2_000, 3_000)).toBe('we have an opening');
  expect(heardText(text, places, 0, 3_000)).toBe('');
  expect(heardText(text, places, 3_000, 3_000)).toBe(text);
});

// Text that ran ahead of its audio made the transcript claim words nobody heard.
it('spreads the words evenly when the text ran ahead of the audio', () => {
  const ahead = inStep(words, 10);
  expect(heardText(text, ahead, 1_500, 3_000)).toBe('we have an');
  expect(heardText(text, [], 1_500, 3_000)).toBe('we have an');
});

it('is always whole words from the beginning, and more hearing is never less text', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(2_000), { minLength: 12, maxLength: 12 }),
      fc.nat(4_000),
      fc.nat(4_000),
      (spoken, durations, a, b) => {
        let ms = 0;
        let chars = 0;
        const places = spoken.map((each, index) => {
          chars += each.length + (index > 0 ? 1 : 0);
          const place = { chars, ms };
          ms += durations[index] ?? 0;
          return place;
        });
        const whole = spoken.join(' ');
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((heard) => heardText(whole, places, heard, ms));
        expect(whole.startsWith(less ?? '')).toBe(true);
        expect((more ?? '').startsWith(less ?? '')).toBe(true);
        expect(spoken.slice(0, (less ?? '').split(' ').filter(Boolean).length).join(' ')).toBe(less);
      },
    ),
  );
});
