// Pins: a business short of a line for as long as the records of an ended call wait for NATS; a bridge that wakes up and
// takes a line for a call that ended, or went on elsewhere, while it stood still.
import { manualClock } from '@frontdesk/lifecycle';
import { createLogger } from '@frontdesk/observability';
import { expect, it } from 'vitest';
import { keepLine } from './lines.ts';

function kept() {
  const clock = manualClock();
  const did: string[] = [];
  const call = { ours: true, said: Promise.resolve() };
  const lines = {
    of: () => ({
      renew: async () => did.push('renewed') > 0,
      release: async () => void did.push('released'),
    }),
  };
  const log = createLogger({ service: 'test', instanceId: 'test', level: 'silent' });
  const ofCall = { businessId: 'b1', line: 0, callSid: `CA${'0'.repeat(32)}` };
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const isOurs = async () => {
    await call.said;
    return call.ours;
  };
  const line = keepLine({ clock, lines, log, soon: (begin) => begin() }, ofCall, { isOurs, over });
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { clock, line, did, call, end, pass };
}

it('is renewed while the conversation goes on, no more when it is over, and released when that is written down', async () => {
  const { clock, line, did, end, pass } = kept();
  await pass(10_000);
  await pass(10_000);
  expect(did).toEqual(['renewed', 'renewed']);
  end();
  await pass(0);
  await pass(60_000);
  expect([did.length, clock.waiting]).toEqual([2, 0]);
  await line.release();
  expect(did).toEqual(['renewed', 'renewed', 'released']);
});

it('is not renewed for a call that is another’s by now', async () => {
  const { did, call, pass } = kept();
  call.ours = false;
  await pass(10_000);
  expect(did).toEqual([]);
});

it('is not renewed for a call that ended while somebody said whose it is', async () => {
  const { did, call, end, pass } = kept();
  const { promise, resolve } = Promise.withResolvers<void>();
  call.said = promise;
  await pass(10_000);
  end();
  resolve();
  await pass(0);
  expect(did).toEqual([]);
});
