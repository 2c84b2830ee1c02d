// Pins: an answer that comes when Twilio has given up, because every step was quick and all of them were not.
import { manualClock } from '@frontdesk/lifecycle';
import { expect, test } from 'vitest';
import { createPatience } from './patience.ts';

test('there is room until the deadline, and pauses count', async () => {
  const clock = manualClock();
  const patience = createPatience(clock, 1_000);
  expect(patience.hasRoomFor(1_000)).toBe(true);
  const pause = patience.pause(400);
  clock.advance(400);
  expect(await pause).toBe(true);
  expect([patience.hasRoomFor(600), patience.hasRoomFor(601)]).toEqual([true, false]);
  expect(await patience.pause(600)).toBe(false);
});

test('what is late is waited for no longer, and may still fail unheard', async () => {
  const clock = manualClock();
  const patience = createPatience(clock, 1_000);
  expect(await patience.within(Promise.resolve('done'))).toBe('done');
  const slow = Promise.withResolvers<string>();
  const waited = patience.within(slow.promise);
  clock.advance(1_000);
  await expect(waited).rejects.toMatchObject({ code: 'unavailable' });
  slow.reject(new Error('much later'));
});
