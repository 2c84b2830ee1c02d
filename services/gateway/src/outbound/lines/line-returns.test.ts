// Pins: a line that stays busy for nobody after NATS stood still, one taken from a call that is alive, and looking for ever.
import { type CallHead, callHead } from '@frontdesk/contracts/kv/calls';
import { WireError } from '@frontdesk/contracts/wire-error';
import { manualClock } from '@frontdesk/lifecycle';
import { createLogger } from '@frontdesk/observability';
import { expect, test } from 'vitest';
import { createLineReturns } from './line-returns.ts';

const callSid = `CA${'1'.repeat(32)}`;
const log = createLogger({ service: 'gateway', instanceId: 'gateway-1', level: 'silent' });
const alive: CallHead = callHead.parse({
  ...{ version: 1, businessId: 'b1', callSid, direction: 'inbound', from: null, to: '+13125550100' },
  ...{ owner: { podId: 'bridge-1', address: '127.0.0.1:1' }, epoch: 1, phase: 'talking', pendingTools: [] },
  reservedAt: '2026-01-05T15:00:00Z',
});

/** A second passes at a time, and each look gets the next of these; after that NATS holds no line of the call. */
async function looking(seconds: number, answers: (number | 'away' | 'none')[], head?: CallHead) {
  const clock = manualClock();
  const released: number[] = [];
  let looks = 0;
  const lines = {
    async heldBy() {
      const answer = answers[looks] ?? 'none';
      looks += 1;
      if (answer === 'away') throw new WireError('unavailable', 'not connected');
      return answer === 'none' ? undefined : answer;
    },
    release: async (_businessId: string, _callSid: string, line: number) => void released.push(line),
  };
  using returns = createLineReturns({ lines, records: { head: async () => head }, clock, log });
  returns.later('b1', callSid);
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { released, looks, waiting: clock.waiting };
}

test('a line that turns up when NATS is back is given back', async () => {
  expect(await looking(10, ['away', 'away', 2])).toEqual({ released: [2], looks: 3, waiting: 0 });
  expect(await looking(10, ['none', 2])).toEqual({ released: [2], looks: 2, waiting: 0 });
});

test('nothing is taken from a call that somebody has after all', async () => {
  expect(await looking(10, [2], alive)).toEqual({ released: [], looks: 0, waiting: 0 });
});

test('nobody looks for ever', async () => {
  expect(await looking(10, [])).toEqual({ released: [], looks: 3, waiting: 0 });
  const away = Array.from({ length: 100 }, () => 'away' as const);
  expect(await looking(100, away)).toEqual({ released: [], looks: 60, waiting: 0 });
});
