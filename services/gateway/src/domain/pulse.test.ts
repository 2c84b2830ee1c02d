// Pins: calls taken from a bridge that only hiccuped, and a frozen bridge believed in for ever.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alive, beat, MISSES_UNTIL_DEAD, PROBE_EVERY_MS, PROBE_TIMEOUT_MS } from './pulse.ts';

test('dead is whoever missed so many in a row, whatever came before or after', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (answers) => {
      const { dead } = answers.reduce(beat, alive);
      const text = answers.map((answered) => (answered ? 'a' : 'm')).join('');
      expect(dead).toBe(text.includes('m'.repeat(MISSES_UNTIL_DEAD)));
    }),
  );
});

test('a frozen bridge is found out in time for the caller to hear somebody within five seconds', () => {
  expect(PROBE_EVERY_MS + MISSES_UNTIL_DEAD * PROBE_TIMEOUT_MS).toBeLessThanOrEqual(2_000);
});
