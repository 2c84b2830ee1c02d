import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPlaybackTail } from './playback-tail.ts';

const piece = (bytes: number[], itemId: string) => ({
  kind: 'audio' as const,
  responseId: 'r1',
  itemId,
  contentIndex: 0,
  base64: Buffer.from(bytes).toString('base64'),
});

// What is played again must go on at the byte where the caller's hearing stopped, in its order and in its item.
it('gives back exactly the last bytes sent, whatever was let go before', () => {
  const pieces = fc.array(
    fc.record({ bytes: fc.array(fc.nat(255), { minLength: 1, maxLength: 40 }), heard: fc.nat(60) }),
  );
  fc.assert(
    fc.property(pieces, fc.nat(200), (sent, wanted) => {
      const tail = createPlaybackTail();
      const all: { byte: number; itemId: string }[] = [];
      let unheard = 0;
      for (const [index, { bytes, heard }] of sent.entries()) {
        const itemId = `i${index % 3}`;
        tail.sent(piece(bytes, itemId));
        all.push(...bytes.map((byte) => ({ byte, itemId })));
        unheard = Math.max(0, unheard + bytes.length - heard);
        tail.keep(unheard);
      }
      const taken = tail.take(Math.min(wanted, unheard));
      const got = taken.flatMap(({ base64, itemId }) =>
        [...Buffer.from(base64, 'base64')].map((byte) => ({ byte, itemId })),
      );
      expect(got).toEqual(all.slice(all.length - Math.min(wanted, unheard)));
      expect(tail.take(10)).toEqual([]);
    }),
  );
});
