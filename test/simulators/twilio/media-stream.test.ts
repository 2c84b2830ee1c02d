import webhooks from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSpeechListener, isAudible } from '../speech/speech.ts';
import { ACCOUNT_SID, AUTH_TOKEN, type FakeSystem, type StreamPeer, startFakeSystem, xml } from './fake-system.ts';

const CONNECT =
  '<Connect><Stream url="wss://frontdesk.test/media/b1/t"><Parameter name="bot" value="x"/></Stream></Connect>';

let system: FakeSystem | undefined;
afterEach(async () => {
  await system?.[Symbol.asyncDispose]();
  system = undefined;
});

async function start(
  onStart: (peer: StreamPeer) => void,
  options: { speed?: number; refuseUpgradeWith?: number } = {},
) {
  system = await startFakeSystem({
    answer: ({ path }) =>
      path === '/voice' ? xml(`${CONNECT}<Redirect>/continue</Redirect>`) : xml('<Say>Goodbye.</Say>'),
    onStart,
    ...options,
  });
  return system;
}

describe('the media stream', () => {
  it('opens with a signed handshake, connected and start', async () => {
    const { callToEnd, streams } = await start((peer) => peer.socket.close(1000), { speed: 10 });
    const report = await callToEnd({});
    const [peer] = streams;
    const signed = String(peer?.headers['x-twilio-signature']);
    expect(webhooks.validateRequest(AUTH_TOKEN, signed, 'wss://frontdesk.test/media/b1/t', {})).toBe(true);
    expect(peer).toMatchObject({ path: '/media/b1/t', headers: { host: 'frontdesk.test' } });
    expect(peer?.messages[0]).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    expect(peer?.messages[1]).toEqual({
      event: 'start',
      sequenceNumber: '1',
      streamSid: expect.stringMatching(/^MZ[0-9a-f]{32}$/),
      start: {
        streamSid: peer?.streamSid,
        accountSid: ACCOUNT_SID,
        callSid: report.callSid,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { bot: 'x' },
      },
    });
  });

  it('sends a frame every 20 ms with counters that are strings, and what the caller says in them', async () => {
    const { callToEnd, streams } = await start(() => undefined);
    const report = await callToEnd({
      caller: { steps: [{ waitMs: 500 }, { say: 'Hello there' }, { waitMs: 300 }, { hangUp: true }] },
    });
    const media = streams[0]?.media ?? [];
    const listener = createSpeechListener();
    const words = media.flatMap(({ payload }) => listener.push(Buffer.from(payload, 'base64')));
    expect(words.map((word) => word.word)).toEqual(['Hello', 'there']);
    expect(media.map((frame) => Number(frame.chunk))).toEqual(media.map((_, index) => index + 1));
    expect(media[9]).toMatchObject({ chunk: '10', timestamp: '200', sequenceNumber: '11' });
    const [stream] = report.streams;
    const streamedMs = (stream?.endMs ?? 0) - (stream?.startMs ?? 0);
    expect(Math.abs(media.length * 20 - streamedMs)).toBeLessThan(200);
    expect(report.mediaFramesIn).toBe(media.length);
  });

  it('says stop when the caller hangs up', async () => {
    const { callToEnd, streams } = await start(() => undefined, { speed: 10 });
    const report = await callToEnd({
      caller: { steps: [{ waitMs: 5_000 }, { digits: '1' }, { waitMs: 400 }, { hangUp: true }] },
    });
    await vi.waitFor(() => expect(streams[0]?.messages.at(-1)).toMatchObject({ event: 'stop' }));
    expect(streams[0]?.messages.at(-1)).toMatchObject({
      stop: { accountSid: ACCOUNT_SID, callSid: report.callSid },
    });
    expect(streams[0]?.messages.find((message) => message.event === 'dtmf')).toMatchObject({
      dtmf: { track: 'inbound_track', digit: '1' },
    });
    expect(report.streams).toMatchObject([{ endedBy: 'us' }]);
  });

  it('plays audio at its own pace, and echoes a mark when it was heard', async () => {
    const { callToEnd, streams } = await start((peer) => {
      peer.send({ event: 'mark', streamSid: peer.streamSid, mark: { name: 'nothing before' } });
      peer.say('One two three');
      peer.send({ event: 'mark', streamSid: peer.streamSid, mark: { name: 'end' } });
    });
    const startedAt = performance.now();
    const report = await callToEnd({
      caller: { steps: [{ digits: '1', after: { words: ['three'] } }, { hangUp: true }] },
    });
    expect(performance.now() - startedAt).toBeGreaterThan(1_100);
    const marks = streams[0]?.messages.filter((message) => message.event === 'mark');
    expect(marks?.map((message) => message.mark)).toEqual([{ name: 'nothing before' }, { name: 'end' }]);
    expect(Number(marks?.[1]?.sequenceNumber)).toBeGreaterThan(40);
    expect(report).toMatchObject({ heard: [{ text: 'One two three' }], marksReturned: 2, errors: [] });
    expect(report.timings.startToFirstAudioMs).toBeLessThan(200);
  });

  it('clear empties the buffer and returns every mark, and the caller hears no more', async () => {
    const { callToEnd, streams } = await start((peer) => {
      peer.say('one two three four five six seven eight nine ten');
      peer.send({ event: 'mark', streamSid: peer.streamSid, mark: { name: 'end' } });
      // In the middle of the fourth word: the caller sends a frame for each one that is played to them.
      const clearAt = peer.media.length + 55;
      peer.socket.on('message', function clear() {
        if (peer.media.length < clearAt) return;
        peer.socket.off('message', clear);
        peer.send({ event: 'clear', streamSid: peer.streamSid });
      });
    });
    const report = await callToEnd({ caller: { steps: [{ waitMs: 3_000 }, { hangUp: true }] } });
    expect(report.heard[0]?.text).toBe('one two three');
    expect(report).toMatchObject({ clears: 1, marksReturned: 1, cutWords: 1 });
    const marks = streams[0]?.messages.filter((message) => message.event === 'mark');
    expect(marks).toHaveLength(1);
  });
});

describe('what the scripted caller does on a real stream', () => {
  // The number by which a barge-in is judged: measured from played samples, not from messages.
  it('interrupts, and measures until the receptionist is silent', async () => {
    const { callToEnd } = await start((peer) => {
      peer.say('one two three four five six seven eight nine ten eleven twelve');
      let cleared = false;
      peer.socket.on('message', () => {
        const last = peer.media.at(-1);
        const spoke = last !== undefined && isAudible(Buffer.from(last.payload, 'base64'));
        if (spoke && !cleared) peer.send({ event: 'clear', streamSid: peer.streamSid });
        cleared ||= spoke;
      });
    });
    const report = await callToEnd({
      caller: { steps: [{ interrupt: 'Stop please', afterWords: 3 }, { waitMs: 500 }, { hangUp: true }] },
    });
    expect(report.script).toMatchObject({ done: true });
    expect(report.heard[0]?.text).toBe('one two three');
    expect(report.timings.interruptionToSilenceMs).toHaveLength(1);
    expect(report.timings.interruptionToSilenceMs[0]).toBeLessThan(300);
    expect(report.said).toMatchObject([{ text: 'Stop please' }]);
  });

  it('with a corrupted frame loses one word each way', async () => {
    const { callToEnd, streams } = await start((peer) => peer.say('Good morning everybody'), { speed: 10 });
    const report = await callToEnd({
      caller: { steps: [{ say: 'Hello dear friends', after: 'silence' }, { hangUp: true }] },
      faults: { corruptFrame: true },
    });
    const listener = createSpeechListener();
    const words = (streams[0]?.media ?? []).flatMap(({ payload }) => listener.push(Buffer.from(payload, 'base64')));
    expect(words.map((word) => word.word)).toEqual(['dear', 'friends']);
    expect(report).toMatchObject({ heard: [{ text: 'morning everybody' }], damagedWords: 1 });
  });
});

describe('what the system sends wrongly', () => {
  const silence = Buffer.alloc(160, 0xff).toString('base64');
  it.each([
    ['binary', (peer: StreamPeer) => peer.socket.send(Buffer.from('{}')), '31950 binary message on a media stream'],
    ['no JSON', (peer: StreamPeer) => peer.socket.send('media'), '31951 message is not JSON'],
    [
      'an unknown event',
      (peer: StreamPeer) => peer.send({ event: 'shout', streamSid: peer.streamSid }),
      '31951 invalid',
    ],
    [
      'an extra field',
      (peer: StreamPeer) =>
        peer.send({ event: 'media', streamSid: peer.streamSid, media: { payload: silence, track: 'outbound' } }),
      '31951 invalid',
    ],
    ['a missing field', (peer: StreamPeer) => peer.send({ event: 'mark', streamSid: peer.streamSid }), '31951 invalid'],
    [
      'another stream’s sid',
      (peer: StreamPeer) => peer.send({ event: 'clear', streamSid: `MZ${'0'.repeat(32)}` }),
      '31951 message is for another streamSid',
    ],
    [
      'no base64',
      (peer: StreamPeer) => peer.send({ event: 'media', streamSid: peer.streamSid, media: { payload: 'a-b_' } }),
      '31951 invalid',
    ],
    [
      'a file header',
      (peer: StreamPeer) =>
        peer.send({
          event: 'media',
          streamSid: peer.streamSid,
          media: { payload: Buffer.from('RIFF....').toString('base64') },
        }),
      '31951 audio must have no file header',
    ],
  ])('(%s) is warned of once, and the stream lives on', async (_, send, warning) => {
    const { callToEnd } = await start(
      (peer) => {
        send(peer);
        send(peer);
        peer.say('Hello.');
      },
      { speed: 10 },
    );
    const report = await callToEnd({
      caller: { steps: [{ digits: '1', after: { words: ['hello'] }, timeoutMs: 100_000 }, { hangUp: true }] },
    });
    expect(report.errors).toHaveLength(1);
    expect(report.errors[0]).toContain(warning);
    expect(report.heard).toMatchObject([{ text: 'Hello.' }]);
  });
});

describe('the end of a stream', () => {
  it.each([1000, 1001, 1011, 4000])('closed by the system with %i leads to the next verb', async (code) => {
    const { callToEnd } = await start((peer) => peer.socket.close(code), { speed: 10 });
    const report = await callToEnd({});
    expect(report.streams).toMatchObject([{ endedBy: 'server', closeCode: code }]);
    expect(report).toMatchObject({ heard: [{ text: 'Goodbye.' }], errors: [] });
  });

  // What Twilio does is documented nowhere; the system must cope with both.
  it('lost without a close frame leads on, or to dead air, as ordered', async () => {
    const { callToEnd } = await start((peer) => peer.socket.terminate(), { speed: 10 });
    const onward = await callToEnd({});
    expect(onward.streams).toMatchObject([{ endedBy: 'abrupt', closeCode: 1006 }]);
    expect(onward.heard).toMatchObject([{ text: 'Goodbye.' }]);
    const dead = await callToEnd({ faults: { abruptLossFallsThrough: false, abruptLossEndsAfterMs: 500 } });
    expect(dead).toMatchObject({ heard: [], status: 'completed' });
    expect(dead.errors).toEqual(['31921 the media socket was lost without a close frame']);
  });

  it('refused at the handshake leads on with 31920', async () => {
    const { callToEnd } = await start(() => undefined, { speed: 10, refuseUpgradeWith: 403 });
    const report = await callToEnd({ faults: { wrongSignature: true } });
    expect(report.errors).toContain('31920 handshake answered 403');
    expect(report.streams).toMatchObject([{ endedBy: 'refused' }]);
    expect(report.heard).toMatchObject([{ text: 'Goodbye.' }]);
  });

  it('may sign its handshake with a slash that the TwiML does not have', async () => {
    const { callToEnd, streams } = await start((peer) => peer.socket.close(1000), { speed: 10 });
    await callToEnd({ faults: { upgradeSignedWithSlash: true } });
    const signed = String(streams[0]?.headers['x-twilio-signature']);
    expect(webhooks.validateRequest(AUTH_TOKEN, signed, 'wss://frontdesk.test/media/b1/t/', {})).toBe(true);
  });
});
