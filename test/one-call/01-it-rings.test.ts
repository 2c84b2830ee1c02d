// Pins: a call that is not answered, one that anybody can forge, and a number of nobody's that is left in silence.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudEvent, eventSubject } from '@frontdesk/contracts/event';
import { numberUnknown } from '@frontdesk/contracts/events/number';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from 'nats';
import { expect, inject, test, vi } from 'vitest';
import { INCOMING, incomingCall, postWebhook } from './front-door.ts';
import './provided.ts';

const { stack, call, logsDir } = inject('oneCall');

test('the webhook is answered with a stream to the public address and a way back', () => {
  const [first] = call.report.twiml;
  expect(first?.status).toBe(200);
  expect(first?.body).toMatch(
    new RegExp(`<Connect><Stream url="wss://frontdesk\\.test/media-stream/${call.business.id}/[^"?]+"/?>`),
  );
  expect(first?.body).toMatch(/<\/Connect><Redirect[^>]*>https:\/\/frontdesk\.test\/api\/v1\/voice\/continue\//);
  expect(call.report.timings.webhookToTwimlMs).toBeLessThan(2_000);
});

test.each([
  ['without a signature', null],
  ['signed with another token', 'the-token-of-somebody-else-00000'],
])('a webhook %s is refused, and logged without what it said', async (_what, authToken) => {
  const params = incomingCall(call.business.number);
  expect((await postWebhook(INCOMING, params, authToken)).status).toBe(403);
  const log = await vi.waitUntil(async () => {
    const text = await readFile(join(logsDir, 'gateway-1.log'), 'utf8');
    return text.includes('webhook refused') ? text : undefined;
  });
  expect(log).not.toContain(String(params.From).slice(1));
  expect(log).not.toContain(params.CallSid);
});

test('a number that belongs to nobody gets a spoken apology, and the operator an event', async () => {
  const params = incomingCall('+13125550199');
  const answer = await postWebhook(INCOMING, params);
  expect(answer).toMatchObject({ status: 200, body: expect.stringMatching(/<Say[^>]*>.*sorry.*<\/Say><Hangup\/>/i) });

  const connection = await connect({
    servers: stack.nats.url,
    authenticator: credsAuthenticator(await readFile(stack.nats.adminCreds)),
  });
  try {
    const manager = await jetstreamManager(connection);
    const subject = eventSubject(numberUnknown, '_');
    await vi.waitFor(async () => {
      const message = await manager.streams.getMessage('EVENTS', { last_by_subj: subject });
      expect(cloudEvent.parse(message?.json()).data).toMatchObject({ callSid: params.CallSid, to: params.To });
    });
  } finally {
    await connection.close();
  }
});
