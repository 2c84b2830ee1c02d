/** Pins that codes can be said over a telephone: no two signs that sound alike, and nothing that spells a word. */
import { expect, it } from 'vitest';
import { CODE_ALPHABET, CODE_LENGTH, confirmationCode } from './confirmation-code.ts';

it('has at most one sign of each group that sounds alike', () => {
  for (const group of ['BCDEGPTVZ', 'AJK', 'FSX', 'MN', 'IY1', 'O0', '59', 'AEIOU']) {
    expect([...group].filter((sign) => CODE_ALPHABET.includes(sign)).length).toBeLessThanOrEqual(1);
  }
});

it('uses every sign equally often', () => {
  expect(256 % CODE_ALPHABET.length).toBe(0);
  expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length);
});

it('is made from the bytes alone', () => {
  expect(confirmationCode(Uint8Array.of(0, 15, 16, 9, 255))).toBe('H9H29');
  expect(confirmationCode(new Uint8Array(CODE_LENGTH)).length).toBe(CODE_LENGTH);
  expect(() => confirmationCode(new Uint8Array(CODE_LENGTH - 1))).toThrow('random bytes');
});
