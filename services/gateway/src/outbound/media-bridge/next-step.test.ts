// Pins: calls taken from sound bridges by a gateway that was late itself, and a bridge that is gone asked for ever.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { manualClock, systemClock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import { createLogger } from '@frontdesk/observability';
import { expect, test } from 'vitest';
import { createBridges } from './media-bridge.ts';
import { askNextStep } from './next-step.ts';

const callSid = `CA${'1'.repeat(32)}`;
const log = createLogger({ service: 'gateway', instanceId: 'gateway-1', level: 'silent' });
const owner = { podId: 'bridge-1', address: '127.0.0.1:1' };
const HANGUP = JSON.stringify({ callSid, next: { kind: 'hangup' } });

/** A bridge that goes on while we do not: it answers after 60 ms. */
const ANSWERING = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:http').createServer((_, response) => setTimeout(() => response.end('${HANGUP}'), 60));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const silent = {
  onSignal: () => ({ [Symbol.asyncDispose]: async () => undefined }),
  onStatus: () => ({ [Symbol.dispose]: () => undefined }),
} as unknown as Messaging;

test('an answer that came in time counts, also when we are too busy to read it in time', async () => {
  const answering = new Worker(ANSWERING, { eval: true });
  const [port] = await once(answering, 'message');
  await using bridges = createBridges(silent, systemClock, log);
  const next = bridges.nextStep({ podId: 'bridge-1', address: `127.0.0.1:${port}` }, callSid);
  // Sent, and then nothing else is done here until long after the time for an answer. Not from a timer: those that fall due
  // meanwhile would come after what has arrived.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setImmediate(resolve));
  const busyUntilMs = performance.now() + 600;
  while (performance.now() < busyUntilMs);
  expect(await next).toEqual({ kind: 'hangup' });
  await answering.terminate();
});

/** Asks a bridge whose answers take this long by our clock, and fail when there is none. */
async function asking(...answers: { afterMs: number; body?: string }[]) {
  const clock = manualClock();
  let asked = 0;
  const ask = async () => {
    const answer = answers[asked];
    asked += 1;
    clock.advance(answer?.afterMs ?? 0);
    if (answer?.body === undefined) throw new Error('no answer in time');
    return { status: 200, body: answer.body };
  };
  return { next: await askNextStep({ clock, log, ask }, owner, callSid), asked };
}

test('a question that we were too late for is asked once more, and no oftener', async () => {
  const late = { afterMs: 900 };
  expect(await asking(late, { afterMs: 5, body: HANGUP })).toEqual({ next: { kind: 'hangup' }, asked: 2 });
  expect(await asking(late, late)).toEqual({ next: 'gone', asked: 2 });
});

test('a bridge that does not answer in time, by a clock that is on time, is gone at once', async () => {
  expect(await asking({ afterMs: 301 })).toEqual({ next: 'gone', asked: 1 });
  expect(await asking({ afterMs: 2 })).toEqual({ next: 'gone', asked: 1 });
});

test('an answer that cannot be read is none', async () => {
  expect(await asking({ afterMs: 2, body: '<html>' })).toEqual({ next: 'gone', asked: 1 });
});
