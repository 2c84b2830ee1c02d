// Pins: a media stream that is opened twice with the same token, and becomes a second conversation or takes the first.
import { once } from 'node:events';
import { callStarted } from '@frontdesk/contracts/events/call';
import twilio from 'twilio';
import { expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { callIn } from './scene/call.ts';
import { eventsOfType, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { sessionsOf } from './scene/model.ts';
import { openScene } from './scene/scene.ts';
import * as stage from './stage/stage.ts';

test('the same stream opened again, by either gateway: refused, and the first one talks on', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Knot Boilers', number: 82 });
  const call = await callIn('+17735550195', scene.business.number, [
    { say: 'How much does a furnace tune up cost?', after: 'silence' },
    { say: 'No, thank you. Goodbye.', after: { words: ['129 dollars'] } },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  await call.heard('how can I help you');
  const [stream] = (await call.report()).streams;
  const repeated = await Promise.all([0, 1].map((gateway) => openAgain(gateway, stream?.url ?? '')));
  expect(repeated).toEqual([
    { code: 1008, messages: 0 },
    { code: 1008, messages: 0 },
  ]);

  const aftermath = await scene.aftermath(call);
  expect(aftermath.report).toMatchObject({ script: { done: true }, streams: [{ endedBy: 'server' }] });
  expectSilenceOfAtMost(2_500, aftermath);
  expect(eventsOfType(aftermath.events, callStarted)).toHaveLength(1);
  expect(await sessionsOf('Knot Boilers')).toHaveLength(1);
  expectOneConversation(aftermath);
});

/** Signed as Twilio signs it. @returns how it was closed, and how much was said before */
async function openAgain(gateway: number, streamUrl: string): Promise<{ code: unknown; messages: number }> {
  const { stack } = inject('failures');
  const local = stack.gateway.urls[gateway]?.replace(/^http/, 'ws') + new URL(streamUrl).pathname;
  const signature = twilio.getExpectedTwilioSignature(stack.twilio.authToken, streamUrl, {});
  const socket = new WebSocket(local, { headers: { 'x-twilio-signature': signature } });
  let messages = 0;
  socket.on('message', () => {
    messages += 1;
  });
  const [code] = await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
  return { code, messages };
}
