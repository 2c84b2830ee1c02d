/** A reservation that the gateway did not wait for: the call went to another bridge. */
import { expect, it, vi } from 'vitest';
import { startBridge } from './peers/bridge.ts';
import { hearEvents } from './peers/events.ts';

// Pins: a place kept for 20 s, and a line for up to 50 s, for a stream that never comes; what another bridge has taken
// by then, torn from it.
it('is let go of at once, and leaves record and line to whoever has the call', async () => {
  await using bridge = await startBridge({ capacity: 1 });
  const log = await hearEvents(bridge.admin, bridge.businessId);
  const reservation = bridge.reservation();
  const { callSid } = reservation;
  expect(await bridge.reserve(reservation)).toEqual({ accepted: true });
  await vi.waitUntil(() => bridge.head(callSid), { timeout: 5_000 });
  expect(await bridge.release({ ...reservation, businessId: 'b-other' })).toBe(false);
  expect(await bridge.release({ ...reservation, reservationId: 'f'.repeat(32) })).toBe(false);
  expect(await bridge.release(reservation)).toBe(true);
  await vi.waitUntil(async () => (await bridge.metric('call_active')).includes(' 0'), { timeout: 5_000 });
  expect((await fetch(`${bridge.url}/calls/${callSid}/next`)).status).toBe(404);
  expect(await bridge.head(callSid)).toMatchObject({ phase: 'reserved', epoch: 1 });
  expect(await bridge.reserve(bridge.reservation())).toEqual({ accepted: true });
  expect(log.types()).toEqual([]);
});

it('is kept when its stream is there', async () => {
  await using bridge = await startBridge();
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  const caller = await bridge.dial(reservation);
  caller.start();
  expect(await bridge.release(reservation)).toBe(false);
  expect(await bridge.metric('call_active')).toContain(' 1');
});
