// Pins: an engine that takes sessions and drops them at once, asked again without a pause until the call gives up on it,
// all within milliseconds; and an engine that works again, waited for as if it did not.
import { expect, it } from 'vitest';
import { createEngineRecovery } from './engine-recovery.ts';

it('opens the first one at once, and waits longer before each that follows in the same outage', () => {
  const recovery = createEngineRecovery();
  expect(recovery.lost(0)).toEqual({ newOutage: true, retry: { inMs: 0, giveUpInMs: 8_000 } });
  expect(recovery.lost(100)).toEqual({ newOutage: false, retry: { inMs: 300, giveUpInMs: 7_900 } });
  expect(recovery.lost(600)).toEqual({ newOutage: false, retry: { inMs: 900, giveUpInMs: 7_400 } });
  expect(recovery.lost(1_700)).toEqual({ newOutage: false, retry: { inMs: 2_000, giveUpInMs: 6_300 } });
  expect(recovery.lost(4_000)).toEqual({ newOutage: false });
});

it('waits as long between sessions that are configured and lost before they answer anything, and gives up after three', () => {
  const recovery = createEngineRecovery();
  const waits = [0, 1, 302].map((nowMs) => {
    const inMs = recovery.lost(nowMs).retry?.inMs;
    expect(recovery.ready(nowMs + (inMs ?? 0))).toBe(inMs);
    return inMs;
  });
  expect(waits).toEqual([0, 300, 900]);
  expect(recovery.lost(1_300)).toEqual({ newOutage: true });
});

it('begins anew once the engine has answered', () => {
  const recovery = createEngineRecovery();
  recovery.lost(0);
  recovery.ready(10);
  recovery.lost(20);
  recovery.ready(330);
  recovery.answered();
  expect(recovery.lost(60_000)).toMatchObject({ newOutage: true, retry: { inMs: 0 } });
});
