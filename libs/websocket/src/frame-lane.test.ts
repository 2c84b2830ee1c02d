// Pins: messages lost, doubled, reordered or damaged where the two ways part.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameLane } from './frame-lane.ts';

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const MAX_BYTES = 4_096;

interface Part {
  opcode: number;
  fin: boolean;
  payload: Buffer;
}

/** @param key undefined for a server's frame */
function encode({ opcode, fin, payload }: Part, key: number | undefined): Buffer {
  const size = payload.length;
  const length = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  length[0] = (fin ? 0x80 : 0) | opcode;
  length[1] = (key === undefined ? 0 : 0x80) | (size < 126 ? size : size < 65_536 ? 126 : 127);
  if (length.length === 4) length.writeUInt16BE(size, 2);
  if (length.length === 10) length.writeBigUInt64BE(BigInt(size), 2);
  if (key === undefined) return Buffer.concat([length, payload]);
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE(key);
  return Buffer.concat([length, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** What the taker of these tests wants has an even number of bytes. */
const isWanted = (payloadBytes: number) => payloadBytes % 2 === 0;

const whole = (opcode: number, bytes: number): Part[] => [{ opcode, fin: true, payload: Buffer.alloc(bytes, bytes) }];
const usual = fc.integer({ min: 126, max: MAX_BYTES - 8 }).map((bytes) => whole(TEXT, bytes));
const other = fc.oneof(
  fc.nat(125).map((bytes) => whole(TEXT, bytes)),
  fc.nat(300).map((bytes) => whole(BINARY, bytes)),
  fc.nat(125).map((bytes) => whole(PING, bytes)),
  fc.constantFrom(MAX_BYTES, 20_000, 70_000).map((bytes) => whole(TEXT, bytes)),
  // A message in pieces, one of which would be taken if it stood alone; a ping may come between them.
  fc.constant([
    { opcode: TEXT, fin: false, payload: Buffer.alloc(9, 1) },
    ...whole(PING, 1),
    { opcode: 0, fin: false, payload: Buffer.alloc(160, 2) },
    { opcode: 0, fin: true, payload: Buffer.alloc(3, 3) },
  ]),
);
/** No such kind of frame, or not here. */
const broken = fc.constantFrom(whole(3, 5), whole(0, 5), whole(11, 0));
const messages = fc.array(
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 4, arbitrary: other }, { weight: 1, arbitrary: broken }),
  { maxLength: 12 },
);

/** A frame that was taken as its bytes in brackets, everything else as its bytes. */
function expected(parts: Part[], frames: Buffer[]): string[] {
  let open = false;
  let closed = false;
  return parts.map((part, index) => {
    const bytes = frames[index]?.toString('latin1') ?? '';
    const alone = part.opcode === TEXT && part.fin && !open && !closed;
    closed ||= ![0, TEXT, BINARY, PING].includes(part.opcode) || (part.opcode === 0 && !open);
    if (part.opcode < CLOSE) open = !part.fin;
    const size = part.payload.length;
    return alone && size >= 126 && bytes.length <= MAX_BYTES && isWanted(size) ? `[${bytes}]` : bytes;
  });
}

function run(chunks: Buffer[], masked: boolean): string {
  let seen = '';
  const lane = new FrameLane(
    {
      take(bytes, from, to) {
        if (!isWanted(to - from - (masked ? 8 : 4))) return false;
        seen += `[${bytes.toString('latin1', from, to)}]`;
        return true;
      },
      pass(bytes) {
        seen += bytes.toString('latin1');
      },
    },
    { masked, maxBytes: MAX_BYTES },
  );
  for (const chunk of chunks) lane.push(Buffer.from(chunk));
  lane.end();
  return seen;
}

test.each([true, false])(
  'however the stream is cut, what is wanted is taken and the rest goes on, whole and in order; masked: %s',
  (masked) => {
    fc.assert(
      fc.property(
        messages,
        fc.boolean(),
        fc.nat(2 ** 32 - 1),
        fc.infiniteStream(fc.nat(900)),
        (list, closes, key, cuts) => {
          const parts = [...list.flat(), ...(closes ? [...whole(CLOSE, 2), ...whole(TEXT, 160)] : [])];
          const frames = parts.map((part, index) => encode(part, masked ? (key + index) >>> 0 : undefined));
          const stream = Buffer.concat(frames);
          const chunks: Buffer[] = [];
          for (let at = 0; at < stream.length; at += chunks.at(-1)?.length ?? 0) {
            chunks.push(stream.subarray(at, at + 1 + (cuts.next().value ?? 0) * (stream.length > 20_000 ? 40 : 1)));
          }
          expect(run(chunks, masked)).toBe(expected(parts, frames).join(''));
        },
      ),
      { numRuns: 300 },
    );
  },
);

test('frames of the other side are not taken', () => {
  const [part] = whole(TEXT, 160);
  const frame = part && encode(part, undefined);
  expect(frame && run([frame], true)).toBe(frame?.toString('latin1'));
});

test('what was held back goes on when nothing more comes', () => {
  const [part] = whole(TEXT, 160);
  const frame = (part && encode(part, 1))?.subarray(0, 50) ?? Buffer.alloc(0);
  expect(run([frame], true)).toBe(frame.toString('latin1'));
});
