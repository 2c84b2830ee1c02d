// Pins: words of a caller that get out of their quotes, onto a line of their own, or fill the instructions.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quoted } from './callers-words.ts';

// fast-check's own `binary` builds a table of a million characters first.
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

it('stays one short line inside its quotes, whatever was said', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: anyCharacter, maxLength: 600 }),
      fc.integer({ min: 1, max: 400 }),
      (text, maxChars) => {
        const data = quoted(text, maxChars);
        expect(data).toMatch(/^"[^"\p{C}\u2028\u2029]*"$/u);
        expect([...data].length).toBeLessThanOrEqual(maxChars + 2);
      },
    ),
  );
});

it('keeps what is ordinary, and says where it was cut', () => {
  expect(quoted('Maria\tD’Arcy\r\nLopez', 60)).toBe('"Maria D’Arcy Lopez"');
  expect(quoted('say "yes"', 60)).toBe(`"say 'yes'"`);
  expect(quoted('abcdef', 4)).toBe('"abc…"');
});
