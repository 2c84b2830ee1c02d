// Pins: bytes changed or reordered on the way to Twilio, and a stream cut in the middle of a frame.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closeFrame, createFrameFollower } from './frame-follower.ts';

function frame(payload: Uint8Array, masked: boolean): Buffer {
  const size = payload.length;
  const maskBit = masked ? 0x80 : 0;
  let header: Buffer;
  if (size < 126) header = Buffer.from([0x82, maskBit | size]);
  else if (size < 65_536) {
    header = Buffer.from([0x82, maskBit | 126, 0, 0]);
    header.writeUInt16BE(size, 2);
  } else {
    header = Buffer.alloc(10);
    header.set([0x82, maskBit | 127]);
    header.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([header, masked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0), payload]);
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ minLength: 126, maxLength: 400 }),
  fc.integer({ min: 65_536, max: 66_000 }).map((size) => new Uint8Array(size)),
);

test('however the stream is cut, the same bytes come out, always up to a frame boundary', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(payload, fc.boolean()), { maxLength: 5 }),
      fc.infiniteStream(fc.nat(300)),
      (parts, cuts) => {
        const frames = parts.map(([bytes, masked]) => frame(bytes, masked));
        const stream = Buffer.concat(frames);
        const boundaries = new Set([0]);
        frames.reduce((end, each) => {
          boundaries.add(end + each.length);
          return end + each.length;
        }, 0);
        const follower = createFrameFollower(100_000);
        let out = Buffer.alloc(0);
        let at = 0;
        while (at < stream.length) {
          const size = 1 + (cuts.next().value ?? 0) * (stream.length > 10_000 ? 50 : 1);
          const followed = follower.push(stream.subarray(at, at + size));
          if (followed.kind !== 'forward') throw new Error('refused a legal frame');
          out = Buffer.concat([out, followed.bytes]);
          expect(boundaries.has(out.length)).toBe(true);
          at += size;
        }
        expect(out.equals(stream)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('a frame over the bound is refused by its header, before it is buffered', () => {
  const header = Buffer.alloc(10);
  header.set([0x82, 127]);
  header.writeBigUInt64BE(5_000_000n, 2);
  expect(createFrameFollower(1_000_000).push(header)).toEqual({ kind: 'too_large', frameBytes: 5_000_010 });
});

test('the close frame carries its code, unmasked', () => {
  expect([...closeFrame(1011)]).toEqual([0x88, 2, 0x03, 0xf3]);
});

test('a close frame that has passed is noticed', () => {
  const follower = createFrameFollower(1_000);
  follower.push(frame(new Uint8Array(10), false));
  expect(follower.closing()).toBe(false);
  follower.push(closeFrame(1000));
  expect(follower.closing()).toBe(true);
});
