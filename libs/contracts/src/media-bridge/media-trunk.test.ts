// Pins: audio lost, changed or given to another call where a trunk's bytes are cut; and a lane or an id that could name
// something else.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  MAX_TRUNK_FRAME_BYTES,
  MOST_IN_32_BITS,
  mediaTrunkId,
  mediaTrunkPath,
  TRUNK_RECORD_HEADER_BYTES,
  TrunkReader,
  trunkLane,
  writeTrunkRecord,
} from './media-trunk.ts';

const trunkId = '0123456789abcdef'.repeat(2);
const sent = fc.record({ lane: fc.nat(MOST_IN_32_BITS), frame: fc.uint8Array({ maxLength: 400 }) });

function record({ lane, frame }: { lane: number; frame: Uint8Array }): Buffer {
  const bytes = Buffer.alloc(TRUNK_RECORD_HEADER_BYTES + frame.length);
  const among = Buffer.concat([Buffer.from([1]), frame, Buffer.from([2])]);
  expect(writeTrunkRecord(bytes, 0, lane, among, 1, 1 + frame.length)).toBe(bytes.length);
  return bytes;
}

it('reads what was written, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 8 }), fc.infiniteStream(fc.nat(400)), (frames, cuts) => {
      const stream = Buffer.concat(frames.map(record));
      const got: { lane: number; frame: Uint8Array }[] = [];
      const reader = new TrunkReader((lane, bytes, from, to) => {
        got.push({ lane, frame: new Uint8Array(bytes.subarray(from, to)) });
      });
      for (let at = 0; at < stream.length; ) {
        const to = at + 1 + (cuts.next().value ?? 0);
        expect(reader.push(stream.subarray(at, to))).toBe(true);
        at = to;
      }
      expect(got).toEqual(frames);
    }),
  );
});

it('gives up on a record longer than any, before it waits for it', () => {
  const reader = new TrunkReader(() => expect.unreachable());
  const bytes = record({ lane: 1, frame: new Uint8Array(MAX_TRUNK_FRAME_BYTES + 1) });
  expect(reader.push(bytes.subarray(0, TRUNK_RECORD_HEADER_BYTES))).toBe(false);
});

it('knows a trunk’s path and a lane of it, and nothing else', () => {
  expect(mediaTrunkId.parse(mediaTrunkPath(trunkId))).toBe(trunkId);
  expect(trunkLane.parse(`${trunkId}/4294967295`)).toEqual({ trunkId, lane: MOST_IN_32_BITS });
  for (const path of ['/media-trunk/', `/media-trunk/${trunkId}/x`, `/media-trunk/${trunkId.toUpperCase()}`]) {
    expect(mediaTrunkId.safeParse(path).success).toBe(false);
  }
  for (const lane of [trunkId, `${trunkId}/`, `${trunkId}/-1`, `${trunkId}/4294967296`, `x${trunkId}/1`]) {
    expect(trunkLane.safeParse(lane).success).toBe(false);
  }
});
