/** Pins that no text is lost in cutting, that a passage carries its heading, and that none is without bound. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_PASSAGE_LENGTH, splitPassages } from './passages.ts';

it('puts the heading in front of every paragraph under it', () => {
  expect(
    splitPassages('Welcome.\n\n# Prices\n\nA tune-up is $89.\n\nRepairs vary.\n\n## Parking\nBehind the shop.'),
  ).toEqual(['Welcome.', 'Prices: A tune-up is $89.', 'Prices: Repairs vary.', 'Parking: Behind the shop.']);
});

it('keeps a document that is only a heading, and makes nothing of nothing', () => {
  expect(splitPassages('# We are closed on Sundays')).toEqual(['We are closed on Sundays']);
  expect(splitPassages(' \n\n \r\n')).toEqual([]);
});

it('cuts long paragraphs at sentences', () => {
  const sentence = `${'word '.repeat(60).trim()}.`;
  const passages = splitPassages(Array.from({ length: 8 }, () => sentence).join(' '));
  expect(passages.length).toBeGreaterThan(1);
  for (const passage of passages) expect(passage.endsWith('.')).toBe(true);
});

it('loses no word and stays within bounds, whatever the text', () => {
  const text = fc.array(fc.constantFrom('word', 'Two words.', '\n', '\n\n', '\r\n', ' ', 'x'.repeat(1_500)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const whole = parts.join(' ');
      const passages = splitPassages(whole);
      expect(passages.join('').replace(/\s/g, '')).toBe(whole.replace(/\s/g, ''));
      for (const passage of passages) expect(passage.length).toBeLessThanOrEqual(MAX_PASSAGE_LENGTH);
    }),
  );
});
