// Pins: an announcement between two waits that is missed, so that an event waits for the next poll.
import { expect, test } from 'vitest';
import { createBell } from './bell.ts';

test('a ring ends the wait, also one that came before it, and only one', async () => {
  const bell = createBell();
  const waiting = bell.wait(60_000);
  bell.ring();
  await waiting;
  bell.ring();
  bell.ring();
  await bell.wait(60_000);
  const startedMs = performance.now();
  await bell.wait(30);
  expect(performance.now() - startedMs).toBeGreaterThan(20);
});
