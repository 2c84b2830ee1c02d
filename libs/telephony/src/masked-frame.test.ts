// Pins: a caller's audio or mark that the gateway takes for something else, or the other way round.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { looksLikeMark, looksLikeMedia, readMaskedMedia, unmasked } from './masked-frame.ts';

const sid = `MZ${'0'.repeat(31)}1`;
const payload = Buffer.alloc(160, 0x55).toString('base64');
const messages = {
  media: {
    event: 'media',
    sequenceNumber: '2',
    streamSid: sid,
    media: { track: 'inbound', chunk: '1', timestamp: '20', payload },
  },
  mark: { event: 'mark', sequenceNumber: '3', streamSid: sid, mark: { name: 'item_1:500:g1:m1' } },
  dtmf: { event: 'dtmf', streamSid: sid, sequenceNumber: '5', dtmf: { track: 'inbound_track', digit: '1' } },
  other: { event: 'medium', streamSid: sid, padding: 'x'.repeat(200) },
};

/** A client's frame with a length of 16 bits. */
function frameOf(text: string, key: number): Buffer {
  const header = Buffer.from([0x81, 0xfe, 0, 0, 0, 0, 0, 0]);
  header.writeUInt16BE(text.length, 2);
  header.writeUInt32BE(key, 4);
  return Buffer.concat([header, Buffer.from(text).map((byte, index) => byte ^ (header[4 + (index % 4)] ?? 0))]);
}

const kinds = Object.keys(messages) as (keyof typeof messages)[];

test('whatever its mask, a message is known by its first bytes, and read or left as it was', () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.nat(2 ** 32 - 1), (kind, key) => {
      const text = JSON.stringify(messages[kind]);
      const frame = frameOf(text, key);
      const bytes = Buffer.concat([Buffer.from('{"'), frame, Buffer.from('"}')]);
      const [from, to] = [2, 2 + frame.length];
      expect([looksLikeMedia(bytes, from, to), looksLikeMark(bytes, from, to)]).toEqual([
        kind === 'media',
        kind === 'mark',
      ]);
      const audio = readMaskedMedia(bytes, from, to, sid);
      expect(audio && bytes.toString('latin1', audio.from, audio.to)).toBe(kind === 'media' ? payload : undefined);
      if (audio === undefined) expect(unmasked(bytes, from, to).toString()).toBe(text);
    }),
  );
});

test('a frame that ends before it says what it is, is neither', () => {
  const frame = frameOf(JSON.stringify(messages.media), 7).subarray(0, 20);
  expect([looksLikeMedia(frame, 0, 20), looksLikeMark(frame, 0, 20)]).toEqual([false, false]);
});
