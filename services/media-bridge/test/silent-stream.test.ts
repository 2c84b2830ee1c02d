/** A stream through which nothing comes any more, though nobody closed it. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { type Bridge, startBridge } from './peers/bridge.ts';

async function talk(bridge: Bridge, line: number) {
  const reservation = bridge.reservation({ line });
  expect(await bridge.reserve(reservation)).toEqual({ accepted: true });
  const caller = await bridge.dial(reservation);
  caller.start();
  caller.speak();
  return { caller, reservation };
}

// Pins: a frozen gateway that the bridge waits for until the caller counts as silent; a caller in a tunnel cut off.
it('is left when Twilio does not answer either, and only then', async () => {
  await using bridge = await startBridge();
  const frozen = await talk(bridge, 0);
  const quiet = await talk(bridge, 1);
  let left: number | undefined;
  void quiet.caller.closed.then((code) => {
    left = code;
  });
  frozen.caller.freeze();
  await delay(4_500);
  frozen.caller.thaw();
  expect(await Promise.race([frozen.caller.closed, delay(2_000, 'still open')])).toBe(1000);
  expect(left).toBe(undefined);
  // The call is not over: it waits for another stream.
  await vi.waitUntil(async () => (await bridge.head(frozen.reservation.callSid))?.phase === 'talking');
  const next = await fetch(`${bridge.url}/calls/${frozen.reservation.callSid}/next`);
  expect(await next.json()).toMatchObject({ next: { kind: 'stream' } });
});
