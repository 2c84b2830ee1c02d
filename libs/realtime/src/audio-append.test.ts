// Pins: bytes of the line that reach the model as JSON, audio that does not reach it as it came, and frames that another
// party's library reads differently.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendFrame, reuseFrame } from './audio-append.ts';
import { BASE64 } from './audio-delta.ts';

const before = '{"type":"input_audio_buffer.append","audio":"';

/** The messages that a server finds in these bytes (RFC 6455 §5.2). */
function readByServer(bytes: Buffer): string[] {
  if (bytes.length === 0) return [];
  expect(bytes[0]).toBe(0x81);
  const short = (bytes[1] ?? 0) - 0x80;
  const keyAt = short < 126 ? 2 : short === 126 ? 4 : 10;
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const key = bytes.subarray(keyAt, keyAt + 4);
  const payload = bytes.subarray(keyAt + 4, keyAt + 4 + size).map((byte, index) => byte ^ (key[index % 4] ?? 0));
  expect(payload.length).toBe(size);
  return [Buffer.from(payload).toString(), ...readByServer(bytes.subarray(keyAt + 4 + size))];
}

/** Between letters that would be audio, too. */
function frameOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(`A${base64}B`);
  return appendFrame(bytes, 1, bytes.length - 1);
}

function appended(base64: string): string | undefined {
  const frame = frameOf(base64);
  return frame && readByServer(frame).join();
}

test('any audio goes in as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (audio) => {
      const base64 = Buffer.from(audio).toString('base64');
      expect(appended(base64)).toBe(`${before}${base64}"}`);
    }),
  );
});

// Ten seconds of silence in one piece take the place of what a line lost.
test.each([1, 55, 60, 160, 49_112, 49_120, 80_000])('%i bytes of it have the length that fits them', (bytes) => {
  const base64 = Buffer.alloc(bytes, 0xff).toString('base64');
  expect(appended(base64)).toBe(`${before}${base64}"}`);
});

test('frames follow each other, and no two have one key', () => {
  const base64 = Buffer.alloc(160, 0xff).toString('base64');
  const frames = Array.from({ length: 2_000 }, () => frameOf(base64) ?? Buffer.alloc(0));
  expect(readByServer(Buffer.concat(frames))).toEqual(frames.map(() => `${before}${base64}"}`));
  // A clash by chance has odds of one in a thousand; three, of one in 10^9.
  expect(new Set(frames.map((frame) => frame.readUInt32BE(4))).size).toBeGreaterThan(1_997);
});

test('a frame is written over only when its memory was given back', () => {
  const kept = frameOf('AAAA') ?? Buffer.alloc(0);
  const given = frameOf('BBBB') ?? Buffer.alloc(0);
  reuseFrame(given);
  const over = frameOf('CCCC') ?? Buffer.alloc(0);
  expect(over).toBe(given);
  expect(readByServer(Buffer.concat([kept, over]))).toEqual([`${before}AAAA"}`, `${before}CCCC"}`]);
  expect(frameOf('DDDD')).not.toBe(over);
});

test('anything else is refused, as the schema of the model’s own audio would', () => {
  const text = fc.string({
    maxLength: 12,
    unit: fc.constantFrom('A', 'z', '9', '+', '/', '=', '"', '}', '\\', '-', 'é'),
  });
  fc.assert(
    fc.property(text, (bytes) => {
      expect(appended(bytes)).toBe(BASE64.test(bytes) ? `${before}${bytes}"}` : undefined);
    }),
    { numRuns: 3_000 },
  );
});
