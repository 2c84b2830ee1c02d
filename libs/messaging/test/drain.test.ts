// Pins: a stop that loses the replies of requests it had taken, or takes more work while it stops, or never ends.
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newBusinessId } from './business.ts';
import { ownNats } from './own-nats.ts';

const own = ownNats();
const nothing = { exact: true, timeZone: 'America/Chicago', slots: [] };
let stack = new AsyncDisposableStack();
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

test('every request that was taken is answered, and others go to the replica that stays', async () => {
  const bridge = await own.connect('media-bridge', stack);
  const leaving = await own.connect('booking', stack);
  const release = Promise.withResolvers<void>();
  const taken = vi.fn(() => release.promise.then(() => ({ ...nothing, timeZone: 'leaving' })));
  await leaving.serve(findSlots, taken);
  const businessId = newBusinessId();
  const first = Array.from({ length: 20 }, () => bridge.request(findSlots, businessId, {}, { timeoutMs: 5_000 }));
  await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(20));

  const staying = await own.connect('booking', stack);
  await staying.serve(findSlots, async () => ({ ...nothing, timeZone: 'staying' }));
  const drained = leaving.drain(5_000);
  // What comes before the server knows of the stop is taken, too, and answered only when the work is done: it is asked anew.
  const ask = () => bridge.request(findSlots, businessId, {}, { timeoutMs: 250 });
  await vi.waitFor(
    async () => {
      const replies = await Promise.all(Array.from({ length: 10 }, ask));
      expect(replies.every(({ timeZone }) => timeZone === 'staying')).toBe(true);
    },
    { timeout: 2_500 },
  );
  release.resolve();
  await drained;
  expect(new Set((await Promise.all(first)).map(({ timeZone }) => timeZone))).toEqual(new Set(['leaving']));
  expect(leaving.raw.isClosed()).toBe(true);
  expect(await leaving.closed()).toBeUndefined();
});

test('a handler that never ends holds the stop no longer than its deadline', async () => {
  const bridge = await own.connect('media-bridge', stack);
  const booking = await own.connect('booking', stack);
  const taken = vi.fn(() => new Promise<never>(() => undefined));
  await booking.serve(findSlots, taken);
  bridge.request(findSlots, newBusinessId(), {}, { timeoutMs: 5_000 }).catch(() => undefined);
  await vi.waitFor(() => expect(taken).toHaveBeenCalled());
  const startedAt = performance.now();
  await booking.drain(300);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('stopping twice is stopping once', async () => {
  const booking = await own.connect('booking', stack);
  await Promise.all([booking.drain(500), booking.drain(500), booking[Symbol.asyncDispose]()]);
  expect(booking.connected).toBe(false);
});
