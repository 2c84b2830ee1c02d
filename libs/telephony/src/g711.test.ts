import fc from 'fast-check';
import { expect, it } from 'vitest';
import { base64Bytes, base64BytesAt, muLawDurationMs, silence } from './g711.ts';

it('eight bytes sound for a millisecond', () => {
  expect(muLawDurationMs(160)).toBe(20);
  expect(muLawDurationMs(4)).toBe(0.5);
});

it('silence is 0xFF, as long as asked', () => {
  expect(silence(20)).toEqual(new Uint8Array(160).fill(0xff));
});

it('the length of base64 is known without decoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      const base64 = Buffer.from(bytes).toString('base64');
      expect(base64Bytes(base64)).toBe(bytes.length);
      expect(base64BytesAt(Buffer.from(`=A${base64}=`), 2, 2 + base64.length)).toBe(bytes.length);
    }),
  );
});
