// Pins: a cough that costs the caller the rest of a sentence, and a receptionist who answers it.
import { wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, test, vi } from 'vitest';
import { openBusiness } from './another-business.ts';
import { openLine } from './open-line.ts';

const GREETING = 'Hello, you have reached Bittern Heating, the furnace people of Chicago. How can I help you today?';
/** Loud enough to be taken for speech at first, and shorter than any word. */
const NOISE_MS = 120;

test('where the bridge decides about turns, a short noise stops her for a moment and she says the rest', async () => {
  const business = await openBusiness('Bittern Heating', 83, { turnTaking: 'robust', greeting: GREETING });
  await using line = await openLine(business.number);
  const { ear } = line;
  await vi.waitUntil(() => ear.currentWords >= 4, { timeout: 10_000, interval: 20 });
  line.makeNoise(NOISE_MS);
  await vi.waitUntil(() => line.clears === 1, { timeout: 2_000, interval: 20 });
  // The end of the greeting, and then as long as an answer could take.
  await vi.waitUntil(() => ear.quietMs > 2_500 && heard().includes('today'), { timeout: 10_000, interval: 20 });

  function heard(): string[] {
    return ear.utterances.flatMap(({ text }) => wordsOf(text));
  }
  const greeting = wordsOf(GREETING);
  // The word she was stopped in was broken; every other one was heard, once, and nothing else.
  expect(greeting.length - heard().length).toBeLessThanOrEqual(1);
  expect(greeting.filter((word) => heard().includes(word) || word === broken())).toEqual(greeting);
  expect(ear.utterances.length).toBeLessThanOrEqual(2);
  expect(line.clears).toBe(1);

  function broken(): string | undefined {
    return greeting.find((word, index) => heard()[index] !== word);
  }
});
