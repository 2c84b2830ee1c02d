// Pins: a call that nobody ends, a goodbye that is cut off, and a line that stays busy afterwards.
import { readFile } from 'node:fs/promises';
import { eventType } from '@frontdesk/contracts/event';
import { callCompleted, callEnded } from '@frontdesk/contracts/events/call';
import { callKey, calls } from '@frontdesk/contracts/kv/calls';
import { lines } from '@frontdesk/contracts/kv/lines';
import { saysPhrase } from '@frontdesk/deploy/local/demo/words.ts';
import { Kvm } from '@nats-io/kv';
import { connect, credsAuthenticator } from 'nats';
import { expect, inject, test, vi } from 'vitest';
import './provided.ts';

const { stack, call } = inject('oneCall');

test('the goodbye is heard to its end, and then the receptionist hangs up', () => {
  expect(saysPhrase(call.report.heard.at(-1)?.text ?? '', 'Thank you for calling. Goodbye')).toBe(true);
  expect(call.report.streams[0]?.endedBy).toBe('server');
  expect(call.report.status).toBe('completed');
});

test('the way back was asked for and ended the call', () => {
  const [, second] = call.report.twiml;
  expect(second?.url).toContain('/api/v1/voice/continue/');
  expect(second?.body).toContain('<Hangup/>');
});

test('the business is told why it ended, and what Twilio said of it', () => {
  const ended = call.live.find(({ type }) => type === eventType(callEnded));
  const completed = call.live.find(({ type }) => type === eventType(callCompleted));
  expect(ended?.data).toMatchObject({ reason: 'goodbye' });
  expect(completed?.data).toMatchObject({ status: 'completed' });
});

test('the line is free again and the live record is gone', async () => {
  const connection = await connect({
    servers: stack.nats.url,
    authenticator: credsAuthenticator(await readFile(stack.nats.adminCreds)),
  });
  try {
    const kvm = new Kvm(connection);
    const lineBucket = await kvm.open(lines.bucket);
    const callBucket = await kvm.open(calls.bucket);
    await vi.waitFor(
      async () => {
        const holders = await Promise.all(
          (await Array.fromAsync(await lineBucket.keys(`${call.business.id}.*`))).map((key) => lineBucket.get(key)),
        );
        expect(holders.filter((entry) => entry?.string().includes(call.callSid))).toEqual([]);
        expect((await callBucket.get(callKey(call.callSid)))?.operation ?? 'DEL').toBe('DEL');
      },
      { timeout: 10_000, interval: 250 },
    );
  } finally {
    await connection.close();
  }
});
