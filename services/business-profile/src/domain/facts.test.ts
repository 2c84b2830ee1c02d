/** Pins that the prompt never grows over its limit and never holds half a document. */
import { expect, it } from 'vitest';
import { factsFrom, MAX_FACTS_LENGTH } from './facts.ts';

it('keeps the order and skips what is too long, not what comes after it', () => {
  const facts = factsFrom([
    { title: 'Prices', text: 'A tune-up is $89.\n' },
    { title: 'Manual', text: 'x'.repeat(MAX_FACTS_LENGTH) },
    { title: 'Parking', text: 'Behind the shop.' },
  ]);
  expect(facts).toBe('## Prices\nA tune-up is $89.\n\n## Parking\nBehind the shop.');
});

it('is empty without documents', () => {
  expect(factsFrom([])).toBe('');
});
