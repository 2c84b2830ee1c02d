/** Whether a call is still this bridge's, asked of its record only where the caller's frames do not say so. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { startBridge } from './peers/bridge.ts';
import { hearEvents } from './peers/events.ts';

const KEEPS_BEING_HEARD_MS = 400;

// Pins: a request for each turn of each call, for an answer that is known; and an entry written into another bridge's call,
// because a stream that has gone silent was taken for one that is there.
it('is not asked while the caller’s frames come, and is asked when they do not', async () => {
  await using bridge = await startBridge();
  const log = await hearEvents(bridge.admin, bridge.businessId);
  let asked = 0;
  const callback = () => {
    asked += 1;
  };
  bridge.admin.raw.subscribe('$JS.API.STREAM.MSG.GET.KV_calls', { callback });
  await bridge.admin.raw.flush();
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  const model = await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  const caller = await bridge.dial(reservation);
  caller.start();
  await log.waitFor('started');
  const turns = () => log.types().filter((type) => type === 'turn').length;

  const speaking = setInterval(() => caller.speak(), 20);
  await delay(100);
  asked = 0;
  model.callerTurn('u1', 'Hello?');
  await vi.waitUntil(() => turns() === 1, { timeout: 5_000 });
  expect(asked).toBe(0);

  clearInterval(speaking);
  await delay(KEEPS_BEING_HEARD_MS);
  model.callerTurn('u2', 'Are you there?');
  await vi.waitUntil(() => turns() === 2, { timeout: 5_000 });
  expect(asked).toBe(1);
});
