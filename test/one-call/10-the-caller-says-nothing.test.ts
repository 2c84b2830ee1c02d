// Pins: a line held open for nobody, and a caller who is hung up on without a word.
import { wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, test } from 'vitest';
import { callTo, conversationOf, openBusiness } from './another-business.ts';

/** Short ones: the ladder is the same with the usual eight seconds. */
const SILENCE_MS = 1_000;

test('asked twice whether they are there, they hear a goodbye, and then the line is put down', async () => {
  const business = await openBusiness('Heron Heating', 81, { silenceMs: SILENCE_MS, greeting: 'Hello!' });
  const report = await callTo(business.number, '+17735550181', [{ waitForHangUp: true, timeoutMs: 30_000 }]);
  const conversation = conversationOf(report);
  expect(conversation.map(({ text }) => wordsOf(text).join(' '))).toEqual([
    'hello',
    'are you still there',
    'are you still there',
    expect.stringContaining('goodbye'),
  ]);
  for (const { silenceBeforeMs } of conversation.slice(1)) {
    expect(silenceBeforeMs).toBeGreaterThan(SILENCE_MS - 100);
    expect(silenceBeforeMs).toBeLessThan(SILENCE_MS + 1_500);
  }
  expect(report).toMatchObject({ said: [], cutWords: 0, damagedWords: 0, script: { done: true } });
  expect(report.streams).toMatchObject([{ endedBy: 'server', closeCode: 1000 }]);
});
