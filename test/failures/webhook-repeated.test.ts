// Pins: a webhook that Twilio sends twice, to two gateways, and that becomes two conversations.
import { callStarted } from '@frontdesk/contracts/events/call';
import twilio from 'twilio';
import { expect, inject, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { eventsOfType, expectOneConversation } from './scene/intact.ts';
import { sessionsOf } from './scene/model.ts';
import { openScene } from './scene/scene.ts';
import * as stage from './stage/stage.ts';

test('the same call announced again to another gateway: the same bridge, one conversation, one line', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Dipper Boilers', number: 78, business: { maxConcurrentCalls: 1 } });
  const call = await callIn('+17735550188', scene.business.number, [
    { say: 'How much does a furnace tune up cost?', after: 'silence' },
    { say: 'No, thank you. Goodbye.', after: { words: ['129 dollars'] } },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  const owner = await call.owner();
  const repeated = await Promise.all([0, 1, 1].map((gateway) => announceAgain(gateway, call.callSid, scene)));
  for (const { status, body } of repeated) {
    expect(status).toBe(200);
    expect(body).not.toMatch(/<Enqueue|<Play|lines are busy/);
  }
  const head = await call.head();
  expect(head).toMatchObject({ epoch: 1, owner: { podId: owner } });

  const aftermath = await scene.aftermath(call);
  expect(aftermath.report.script).toMatchObject({ done: true });
  expect(eventsOfType(aftermath.events, callStarted)).toHaveLength(1);
  expect(await sessionsOf('Dipper Boilers')).toHaveLength(1);
  expectOneConversation(aftermath);
});

async function announceAgain(gateway: number, callSid: string, scene: { business: { number: string } }) {
  const { stack } = inject('failures');
  const path = '/api/v1/voice/incoming';
  const params = {
    CallSid: callSid,
    AccountSid: stack.twilio.accountSid,
    From: '+17735550188',
    To: scene.business.number,
    CallStatus: 'ringing',
    Direction: 'inbound',
    ApiVersion: '2010-04-01',
  };
  const url = stack.gateway.publicUrl + path;
  const response = await fetch(stack.gateway.urls[gateway] + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(stack.twilio.authToken, url, params),
    },
    body: new URLSearchParams(params),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, body: await response.text() };
}
