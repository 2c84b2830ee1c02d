import { frameSize, textFrame } from '@frontdesk/websocket';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearMessage, markMessage, mediaMessage, parseStreamMessage } from './stream-codec.ts';
import { readStreamMessage } from './stream-message.ts';

const sid = `MZ${'0'.repeat(31)}1`;
const callSid = `CA${'a'.repeat(32)}`;
const accountSid = `AC${'b'.repeat(32)}`;
const silentFrame = Buffer.alloc(160, 0xff).toString('base64');

const start = {
  event: 'start',
  sequenceNumber: '1',
  streamSid: sid,
  start: {
    streamSid: sid,
    accountSid,
    callSid,
    tracks: ['inbound'],
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: { bot: 'x' },
  },
};
const media = {
  event: 'media',
  sequenceNumber: '2',
  streamSid: sid,
  media: { track: 'inbound', chunk: '1', timestamp: '20', payload: silentFrame },
};

describe('frames from Twilio', () => {
  it.each([
    [{ event: 'connected', protocol: 'Call', version: '1.0.0' }],
    [start],
    [media],
    [{ event: 'dtmf', sequenceNumber: '9', streamSid: sid, dtmf: { track: 'inbound_track', digit: '5' } }],
    [{ event: 'mark', sequenceNumber: '12', streamSid: sid, mark: { name: 'a1' } }],
    [{ event: 'stop', sequenceNumber: '99', streamSid: sid, stop: { accountSid, callSid } }],
  ])('reads %j', (message) => {
    expect(parseStreamMessage(JSON.stringify(message))).toEqual(message);
  });

  // Marks are read in a short way where they look as they always do.
  it('reads a mark as its schema does, whatever it is called and however it is cut', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', '7', ':', '_', '.', '-', '"', '\\', ' ', 'é', '}'),
      maxLength: 8,
    });
    const digits = fc.string({ unit: fc.constantFrom('0', '9', '-', 'x'), maxLength: 17 });
    const stream = fc.constantFrom(sid, sid.slice(1), `${sid}0`, sid.replace('MZ', 'CA'));
    fc.assert(
      fc.property(name, digits, stream, fc.nat(3), (given, sequenceNumber, streamSid, cut) => {
        const text = JSON.stringify({ event: 'mark', sequenceNumber, streamSid, mark: { name: given } });
        const bySchema = readStreamMessage(JSON.parse(text));
        expect(parseStreamMessage(text)).toEqual(bySchema);
        if (cut > 0) expect(parseStreamMessage(text.slice(0, -cut))).toMatchObject({ event: 'malformed' });
      }),
      { numRuns: 2_000 },
    );
  });

  it('drops fields it does not know', () => {
    expect(parseStreamMessage(JSON.stringify({ ...media, later: 1 }))).toEqual(media);
  });

  it('calls an event of a later release unknown', () => {
    expect(parseStreamMessage('{"event":"applause","loud":true}')).toEqual({ event: 'unknown' });
  });

  it.each([
    ['not JSON', '{"event":"media"'],
    ['not an object', '7'],
    ['no event', '{}'],
    ['a counter that is a number', JSON.stringify({ ...media, sequenceNumber: 2 })],
    ['a payload that is not base64', JSON.stringify({ ...media, media: { ...media.media, payload: '"}}' } })],
    ['an unpadded payload', JSON.stringify({ ...media, media: { ...media.media, payload: 'abcde' } })],
    ['two streams in one start', JSON.stringify({ ...start, streamSid: `MZ${'9'.repeat(32)}` })],
    [
      'another codec',
      JSON.stringify({
        ...start,
        start: { ...start.start, mediaFormat: { encoding: 'audio/l16', sampleRate: 16000, channels: 1 } },
      }),
    ],
  ])('calls %s malformed', (_, text) => {
    expect(parseStreamMessage(text)).toMatchObject({ event: 'malformed' });
  });

  // Reasons are logged; a frame holds a person's voice.
  it('says which field is wrong and never what was in it', () => {
    const parsed = parseStreamMessage(JSON.stringify({ ...media, media: { ...media.media, payload: 'secret!' } }));
    expect(parsed).toEqual({ event: 'malformed', reason: 'not as documented: media.payload' });
  });
});

describe('frames to Twilio', () => {
  it('are spelled as documented', () => {
    expect(mediaMessage(sid, silentFrame)).toEqual(
      textFrame(`{"event":"media","streamSid":"${sid}","media":{"payload":"${silentFrame}"}}`),
    );
    expect(markMessage(sid, 'a:1')).toEqual(textFrame(`{"event":"mark","streamSid":"${sid}","mark":{"name":"a:1"}}`));
    expect(clearMessage(sid)).toEqual(textFrame(`{"event":"clear","streamSid":"${sid}"}`));
  });

  // The name holds an id of the model's; a frame of bytes that are no text would close the stream.
  it('name a mark whatever it is called', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('a"\u2028é😀')), (name) => {
        const frame = markMessage(sid, name);
        const text = frame.subarray(frame.length < 128 ? 2 : 4).toString('utf8');
        expect(JSON.parse(text)).toEqual({ event: 'mark', streamSid: sid, mark: { name } });
        expect(frameSize(frame, 0)).toBe(frame.length);
      }),
    );
  });
});
