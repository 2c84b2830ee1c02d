// Pins: a media socket that somebody else can open, or open again.
import { once } from 'node:events';
import { ROUTE_TOKEN_PURPOSE, routeToken } from '@frontdesk/contracts/media-bridge/route-token';
import { createTokenSigner } from '@frontdesk/secrets';
import { expect, inject, test } from 'vitest';
import { fateOf, INCOMING, incomingCall, mediaPathOf, openMediaSocket, postWebhook } from './front-door.ts';
import './provided.ts';

const { call, tokenKeys } = inject('oneCall');
const businessId = call.business.id;
/** What a token for a stream of this business says. */
const route = {
  callSid: call.callSid,
  businessId,
  podId: 'media-bridge-1',
  address: '127.0.0.1:1',
  reservationId: '0'.repeat(32),
};

test('the call had one stream, which our side closed normally', () => {
  expect(call.report.streams).toMatchObject([{ endedBy: 'server', closeCode: 1000 }]);
});

test('the greeting was ready when the stream opened', () => {
  expect(call.report.timings.startToFirstAudioMs).toBeLessThan(500);
});

test('a socket without a token, or with one nobody signed, does not open', async () => {
  const now = Temporal.Now.instant();
  const good = createTokenSigner(routeToken, tokenKeys, ROUTE_TOKEN_PURPOSE).sign(route, 60_000, now);
  const otherKeys = `t9:${Buffer.alloc(32, 7).toString('base64')}`;
  const forged = createTokenSigner(routeToken, otherKeys, ROUTE_TOKEN_PURPOSE).sign(route, 60_000, now);
  expect(await fateOf(openMediaSocket(`/media-stream/${businessId}`))).toBe('refused 404 no_such_path');
  expect(await fateOf(openMediaSocket(`/media-stream/${businessId}/nonsense`))).toBe('refused 403 token_malformed');
  expect(await fateOf(openMediaSocket(`/media-stream/${businessId}/${forged}`))).toBe('refused 403 token_forged');
  expect(await fateOf(openMediaSocket(`/media-stream/harbor-lending/${good}`))).toBe(
    'refused 403 token_of_another_business',
  );
});

test('a token of an hour ago does not open it either', async () => {
  const expired = createTokenSigner(routeToken, tokenKeys, ROUTE_TOKEN_PURPOSE).sign(
    route,
    60_000,
    Temporal.Now.instant().subtract({ hours: 1 }),
  );
  expect(await fateOf(openMediaSocket(`/media-stream/${businessId}/${expired}`))).toBe('refused 403 token_expired');
});

test('a token that was used is let in by the gateway and closed by the bridge', async () => {
  const params = incomingCall(call.business.number);
  const path = mediaPathOf((await postWebhook(INCOMING, params)).body);
  const first = openMediaSocket(path);
  await once(first, 'open');
  expect(await fateOf(openMediaSocket(path))).toBe('closed 1008');
  expect(first.readyState).toBe(first.OPEN);
  first.close();
});

test('a stream of another call than the token’s is closed', async () => {
  const params = incomingCall(call.business.number);
  const socket = openMediaSocket(mediaPathOf((await postWebhook(INCOMING, params)).body));
  const fate = fateOf(socket);
  socket.once('open', () => {
    socket.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }));
    socket.send(JSON.stringify(startOf(call.callSid)));
  });
  expect(await fate).toBe('closed 1008');
});

function startOf(callSid: string) {
  const streamSid = `MZ${'0'.repeat(32)}`;
  return {
    event: 'start',
    sequenceNumber: '1',
    streamSid,
    start: {
      streamSid,
      accountSid: inject('oneCall').stack.twilio.accountSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: {},
    },
  };
}
