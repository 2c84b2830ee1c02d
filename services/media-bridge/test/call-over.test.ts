/** Twilio's word that a call is over, which comes to the bridge by way of a gateway. */
import { expect, it, vi } from 'vitest';
import { startBridge } from './peers/bridge.ts';
import { hearEvents } from './peers/events.ts';

const ended = { timeout: 5_000 };

// Pins: a caller who hung up while the stream was lost: ten seconds of a line for nobody, and `stream_lost` in the event.
it('ends a call whose stream was lost at once, as hung up', async () => {
  await using bridge = await startBridge();
  const log = await hearEvents(bridge.admin, bridge.businessId);
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  const caller = await bridge.dial(reservation);
  caller.start();
  await vi.waitUntil(async () => (await bridge.head(reservation.callSid))?.phase === 'talking', ended);
  caller.terminate();
  expect(await bridge.over({ ...reservation, businessId: 'b-other' })).toBe(false);
  expect(await bridge.over(reservation)).toBe(true);
  expect(await log.waitFor('ended')).toMatchObject({ data: { reason: 'caller_hung_up' } });
  expect(await bridge.over(reservation)).toBe(false);
});

it('ends a call whose stream has not come', async () => {
  await using bridge = await startBridge();
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  expect(await bridge.over(reservation)).toBe(true);
  await vi.waitUntil(async () => (await bridge.metric('call_active')).includes(' 0'), ended);
});
