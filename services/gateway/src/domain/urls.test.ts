// Pins: stream URLs with the wrong scheme, and paths that only look like a media socket.
import { expect, test } from 'vitest';
import { continueUrl, parseMediaStreamPath, streamUrl } from './urls.ts';

test('the stream URL is the public origin with the WebSocket scheme', () => {
  expect(streamUrl('https://frontdesk.test', 'b1', 'tok')).toBe('wss://frontdesk.test/media-stream/b1/tok');
  expect(continueUrl('https://frontdesk.test', 'tok')).toBe('https://frontdesk.test/api/v1/voice/continue/tok');
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
