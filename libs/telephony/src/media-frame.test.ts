// Pins: a reading more lenient than the schema, which would let foreign text into the JSON that is built from it; and one
// that takes a frame of another stream, or bytes beside the frame, for the caller's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMediaFrame } from './media-frame.ts';
import { parseStreamMessage } from './stream-codec.ts';

const sid = `MZ${'0'.repeat(31)}1`;
/** Between bytes that would make another frame of it. */
function read(frame: Buffer) {
  const before = Buffer.from('{"event":');
  const bytes = Buffer.concat([before, frame, Buffer.from('AAAA"}}')]);
  const audio = readMediaFrame(bytes, before.length, before.length + frame.length, sid);
  return audio && { timestampMs: audio.timestampMs, payload: bytes.toString('latin1', audio.from, audio.to) };
}
const media = {
  event: 'media',
  sequenceNumber: '2',
  streamSid: sid,
  media: { track: 'inbound', chunk: '1', timestamp: '20', payload: Buffer.alloc(160, 0xff).toString('base64') },
};

/** The complete reading's answer, in the same words. */
function bySchema(text: string) {
  const message = parseStreamMessage(text);
  if (message.event !== 'media' || message.streamSid !== sid || message.media.track !== 'inbound') return undefined;
  return { timestampMs: Number(message.media.timestamp), payload: message.media.payload };
}

function byBytes(text: string) {
  return read(Buffer.from(text));
}

const base64 = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64'));

describe('reading media frames where they lie', () => {
  it('takes Twilio’s usual spelling', () => {
    const { payload } = media.media;
    expect(read(Buffer.from(JSON.stringify(media)))).toEqual({ timestampMs: 20, payload });
  });

  it.each([
    ['another stream', { ...media, streamSid: `MZ${'0'.repeat(31)}2` }],
    ['the other track', { ...media, media: { ...media.media, track: 'outbound' } }],
    ['a new field', { ...media, later: 1 }],
    ['no audio', { ...media, media: { ...media.media, payload: '' } }],
    ['nothing but padding', { ...media, media: { ...media.media, payload: '====' } }],
    ['too long a counter', { ...media, sequenceNumber: '1'.repeat(16) }],
  ])('leaves %s to the complete reading', (_, message) => {
    expect(read(Buffer.from(JSON.stringify(message)))).toBeUndefined();
  });

  it('reads every legal frame of the caller exactly as the schema does', () => {
    const counter = fc.nat().map(String);
    const frame = fc.record({ sequenceNumber: counter, chunk: counter, timestamp: counter, payload: base64 });
    fc.assert(
      fc.property(frame, ({ sequenceNumber, chunk, timestamp, payload }) => {
        const text = JSON.stringify({
          ...media,
          sequenceNumber,
          media: { track: 'inbound', chunk, timestamp, payload },
        });
        expect(byBytes(text)).toBeDefined();
        expect(byBytes(text)).toEqual(bySchema(text));
      }),
    );
  });

  it('never takes what the schema refuses, however a frame is damaged', () => {
    const damage = fc.record({ at: fc.nat(), cut: fc.nat(3), put: fc.string({ maxLength: 4, unit: 'binary' }) });
    const jsonish = fc.array(fc.constantFrom('"', '\\', '{', '}', ',', ':', '=', '==', 'A', '1', '\n', 'é'), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(base64, fc.array(damage, { maxLength: 3 }), jsonish, fc.nat(), (payload, damages, extra, place) => {
        let text = JSON.stringify({ ...media, media: { ...media.media, payload } });
        for (const { at, cut, put } of damages) {
          const index = at % text.length;
          text = text.slice(0, index) + put + text.slice(index + cut);
        }
        const index = place % (text.length + 1);
        text = text.slice(0, index) + extra.join('') + text.slice(index);
        const taken = byBytes(text);
        if (taken !== undefined) expect(taken).toEqual(bySchema(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
