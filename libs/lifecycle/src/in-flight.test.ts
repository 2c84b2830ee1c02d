// Pins: a stop that cuts off work in progress, or never ends because work failed.
import { expect, test } from 'vitest';
import { createInFlight } from './in-flight.ts';

test('counts work until it ends, failed or not, and passes its outcome on', async () => {
  const inFlight = createInFlight();
  const slow = Promise.withResolvers<string>();
  const first = inFlight.run(() => slow.promise);
  const second = inFlight.run(async () => {
    throw new Error('failed');
  });
  expect(inFlight.count).toBe(2);
  await expect(second).rejects.toThrow('failed');
  expect(inFlight.count).toBe(1);
  const idle = inFlight.idle(1_000);
  slow.resolve('done');
  expect(await first).toBe('done');
  expect(await idle).toBe(true);
  expect(inFlight.count).toBe(0);
});

test('says so when work outlives the deadline', async () => {
  const inFlight = createInFlight();
  const stuck = Promise.withResolvers<void>();
  const work = inFlight.run(() => stuck.promise);
  expect(await inFlight.idle(10)).toBe(false);
  stuck.resolve();
  await work;
  expect(await inFlight.idle(0)).toBe(true);
});

test('work that throws before its first await is counted out as well', async () => {
  const inFlight = createInFlight();
  const broken = inFlight.run(() => {
    throw new Error('at once');
  });
  await expect(broken).rejects.toThrow('at once');
  expect(inFlight.count).toBe(0);
});
