// Pins: audio or other messages lost, doubled, reordered or damaged where the two ways part.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { looksLikeMedia, readMaskedMedia } from './masked-frame.ts';
import { readMediaFrame } from './media-frame.ts';
import { MediaLane } from './media-lane.ts';

const sid = `MZ${'0'.repeat(31)}1`;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;

interface Part {
  opcode: number;
  fin: boolean;
  payload: Buffer;
}

function encode({ opcode, fin, payload }: Part, key: number): Buffer {
  const size = payload.length;
  const header = Buffer.alloc(size < 126 ? 6 : size < 65_536 ? 8 : 14);
  header[0] = (fin ? 0x80 : 0) | opcode;
  header[1] = 0x80 | (size < 126 ? size : size < 65_536 ? 126 : 127);
  if (header.length === 8) header.writeUInt16BE(size, 2);
  if (header.length === 14) header.writeBigUInt64BE(BigInt(size), 2);
  header.writeUInt32BE(key, header.length - 4);
  const mask = header.subarray(header.length - 4);
  return Buffer.concat([header, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

function media(timestamp: number, bytes: number): Buffer {
  const payload = Buffer.alloc(bytes, timestamp % 256).toString('base64');
  const counters = { sequenceNumber: '2', streamSid: sid };
  return Buffer.from(
    JSON.stringify({
      event: 'media',
      ...counters,
      media: { track: 'inbound', chunk: '1', timestamp: `${timestamp}`, payload },
    }),
  );
}

const whole = (opcode: number, payload: Buffer): Part[] => [{ opcode, fin: true, payload }];
const audio = fc
  .tuple(fc.nat(9_999_999), fc.integer({ min: 1, max: 400 }))
  .map(([at, bytes]) => whole(TEXT, media(at, bytes)));
const other = fc.oneof(
  fc.constant(
    whole(TEXT, Buffer.from(`{"event":"mark","sequenceNumber":"9","streamSid":"${sid}","mark":{"name":"m"}}`)),
  ),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => whole(BINARY, Buffer.from(bytes))),
  fc.uint8Array({ maxLength: 125 }).map((bytes) => whole(PING, Buffer.from(bytes))),
  fc.constant(whole(TEXT, media(5, 20_000))),
  fc.constant(whole(BINARY, Buffer.alloc(70_000, 7))),
  // A message in pieces, one of which would be audio if it stood alone; a ping may come between them.
  fc.constant([
    { opcode: TEXT, fin: false, payload: Buffer.from('{"event":') },
    ...whole(PING, Buffer.from('?')),
    { opcode: 0, fin: false, payload: media(1, 160) },
    { opcode: 0, fin: true, payload: Buffer.from('"x"}') },
  ]),
);
const messages = fc.array(fc.oneof({ weight: 3, arbitrary: audio }, { weight: 1, arbitrary: other }), {
  maxLength: 12,
});

/** What the rules say of a stream, from its frames: audio by its time, everything else by its bytes. */
function expected(parts: Part[], frames: Buffer[]): (number | string)[] {
  let open = false;
  let closed = false;
  return parts.map((part, index) => {
    const alone = part.opcode === TEXT && part.fin && !open && !closed;
    const frame =
      alone && (frames[index]?.length ?? 0) <= 4_096
        ? readMediaFrame(part.payload, 0, part.payload.length, sid)
        : undefined;
    if (part.opcode < CLOSE) open = !part.fin;
    closed ||= part.opcode === CLOSE;
    // Too short for 16 bits of length is no frame of Twilio's, and goes the other way.
    return frame !== undefined && part.payload.length >= 126
      ? frame.timestampMs
      : (frames[index]?.toString('latin1') ?? '');
  });
}

/** Neighbours that go on may come in any number of pieces. */
function joined(seen: (number | string)[]): (number | string)[] {
  const out: (number | string)[] = [];
  for (const each of seen) {
    const last = out.at(-1);
    if (typeof each === 'string' && typeof last === 'string') out[out.length - 1] = last + each;
    else if (each !== '') out.push(each);
  }
  return out;
}

function run(chunks: Buffer[]): (number | string)[] {
  const seen: (number | string)[] = [];
  const lane = new MediaLane({
    take(bytes, from, to) {
      const looks = looksLikeMedia(bytes, from, to);
      const frame = readMaskedMedia(bytes, from, to, sid);
      if (frame === undefined) return false;
      expect(looks).toBe(true);
      seen.push(frame.timestampMs);
      return true;
    },
    pass: (bytes) => seen.push(bytes.toString('latin1')),
  });
  for (const chunk of chunks) lane.push(Buffer.from(chunk));
  lane.end();
  return joined(seen);
}

test('however the stream is cut, audio is taken and the rest goes on, both whole and in order', () => {
  fc.assert(
    fc.property(
      messages,
      fc.boolean(),
      fc.nat(2 ** 32 - 1),
      fc.infiniteStream(fc.nat(900)),
      (list, closes, key, cuts) => {
        const parts = [
          ...list.flat(),
          ...(closes ? [...whole(CLOSE, Buffer.from([3, 232])), ...whole(TEXT, media(7, 160))] : []),
        ];
        const frames = parts.map((part, index) => encode(part, (key + index) >>> 0));
        const stream = Buffer.concat(frames);
        const chunks: Buffer[] = [];
        for (let at = 0; at < stream.length; at += chunks.at(-1)?.length ?? 0) {
          chunks.push(stream.subarray(at, at + 1 + (cuts.next().value ?? 0) * (stream.length > 20_000 ? 40 : 1)));
        }
        expect(run(chunks)).toEqual(joined(expected(parts, frames)));
      },
    ),
    { numRuns: 400 },
  );
});

test('what was held back goes on when nothing more comes', () => {
  const frame = encode({ opcode: TEXT, fin: true, payload: media(20, 160) }, 1);
  expect(run([frame.subarray(0, 50)])).toEqual([frame.subarray(0, 50).toString('latin1')]);
});
