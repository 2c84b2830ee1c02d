// Pins: speech taken for silence, which would be held back; a line at rest taken for speech, which would save nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { silence } from './g711.ts';
import { isQuiet } from './quiet-audio.ts';

const FRAME = 160;
/** Codes with exponent zero, of both signs; and all others. */
const quietCode = fc.integer({ min: 0, max: 15 }).chain((step) => fc.constantFrom(0xf0 + step, 0x70 + step));
const loudCode = fc.integer({ min: 0, max: 255 }).filter((code) => (~code & 0x70) !== 0);
const base64 = (bytes: Iterable<number>) => Buffer.from(Buffer.from([...bytes]).toString('base64'));

it('silence is quiet, whatever its length', () => {
  for (const ms of [1, 20, 20.125, 1_000]) expect(isQuiet(base64(silence(ms)))).toBe(true);
});

it('audio below −48 dB is quiet', () => {
  fc.assert(
    fc.property(fc.array(quietCode, { minLength: FRAME, maxLength: FRAME }), (codes) => {
      expect(isQuiet(base64(codes))).toBe(true);
    }),
  );
});

it('audio above it is not', () => {
  fc.assert(
    fc.property(fc.array(loudCode, { minLength: FRAME, maxLength: FRAME }), (codes) => {
      expect(isQuiet(base64(codes))).toBe(false);
    }),
  );
});

it('a crackle of two milliseconds is quiet, eight milliseconds of speech are not', () => {
  fc.assert(
    fc.property(loudCode, fc.integer({ min: 0, max: FRAME - 64 }), (code, from) => {
      const crackle = new Uint8Array(FRAME).fill(0xff).fill(code, from, from + 18);
      expect(isQuiet(base64(crackle))).toBe(true);
      const speech = new Uint8Array(FRAME).fill(0xff).fill(code, from, from + 64);
      expect(isQuiet(base64(speech))).toBe(false);
    }),
  );
});
