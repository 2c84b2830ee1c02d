// Pins: stream URLs with the wrong scheme, paths that only look like a media socket, and requests that Twilio makes once
// and gives up.
import { expect, test } from 'vitest';
import {
  continueUrl,
  dialedUrl,
  holdUrl,
  parseMediaStreamPath,
  recordedUrl,
  recordingStoredUrl,
  streamUrl,
} from './urls.ts';

test('the stream URL is the public origin with the WebSocket scheme', () => {
  expect(streamUrl('https://frontdesk.test', 'b1', 'tok')).toBe('wss://frontdesk.test/media-stream/b1/tok');
});

test.each([
  ['continue/tok', continueUrl('https://frontdesk.test', 'tok')],
  ['hold/tok', holdUrl('https://frontdesk.test', 'tok')],
  ['dialed', dialedUrl('https://frontdesk.test')],
  ['recorded', recordedUrl('https://frontdesk.test')],
  ['recording-stored/tok', recordingStoredUrl('https://frontdesk.test', 'tok')],
])('%s is asked again when that failed', (path, url) => {
  expect(url).toBe(`https://frontdesk.test/api/v1/voice/${path}#rc=5&rp=all`);
});

test.each([
  ['/media-stream/b1/tok', { businessId: 'b1', routeToken: 'tok' }],
  ['/media-stream/b1/tok/', { businessId: 'b1', routeToken: 'tok' }],
  ['/media-stream/b1', undefined],
  ['/media-stream/b1/tok?x=1', undefined],
  ['/media-stream/b1/tok/more', undefined],
  ['/other', undefined],
])('%s', (path, expected) => {
  expect(parseMediaStreamPath(path)).toEqual(expected);
});
