// Pins: audio changed by a round trip, samples lost where a stream is cut, and a wrong G.711 table.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPcm24kReader, muLawToPcm24k } from './pcm16.ts';

test('whatever the audio and wherever it is cut, a round trip gives it back', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(fc.integer({ min: 1, max: 37 }), { minLength: 1 }),
      (audio, cuts) => {
        const pcm = muLawToPcm24k(audio);
        const read = createPcm24kReader();
        const pieces: Buffer[] = [];
        for (let at = 0, cut = 0; at < pcm.length; cut += 1) {
          const size = cuts[cut % cuts.length] ?? 1;
          pieces.push(read(pcm.subarray(at, at + size)));
          at += size;
        }
        expect([...Buffer.concat(pieces)]).toEqual([...audio]);
      },
    ),
  );
});

test.each([
  [0x00, -32_124],
  [0x80, 32_124],
  [0xff, 0],
  [0x9e, 8_828],
])('µ-law %i is %i', (code, sample) => {
  expect(muLawToPcm24k(Uint8Array.of(code)).readInt16LE(4)).toBe(sample);
});

test('three different samples become their mean', () => {
  const pcm = Buffer.alloc(6);
  for (const [index, sample] of [9_000, 9_852, 10_704].entries()) pcm.writeInt16LE(sample, index * 2);
  expect([...createPcm24kReader()(pcm)]).toEqual([0x9c]);
});
