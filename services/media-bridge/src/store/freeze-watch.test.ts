import { manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import { watchFreezes } from './freeze-watch.ts';

/** A clock whose timers can be held back, as a stopped process holds them back. */
function stoppable() {
  const clock = manualClock();
  let frozenMs = 0;
  return {
    clock: {
      now: clock.now,
      monotonicMs: () => clock.monotonicMs() + frozenMs,
      after: clock.after,
    },
    advance: clock.advance,
    freeze: (ms: number) => {
      frozenMs += ms;
    },
  };
}

// What waited in the sockets is handled before any timer: whoever handles it asks first.
it('is noticed by whoever asks before the next beat, once', () => {
  const { clock, advance, freeze } = stoppable();
  const woken: number[] = [];
  using watch = watchFreezes(clock, (ms) => woken.push(ms));
  advance(10_000);
  expect(watch.isWakingUp()).toBe(false);
  freeze(4_000);
  expect(watch.isWakingUp()).toBe(true);
  expect(watch.isWakingUp()).toBe(false);
  advance(1_000);
  expect(woken).toEqual([4_000]);
});

it('is noticed by the next beat when nobody asked', () => {
  const { clock, advance, freeze } = stoppable();
  const woken: number[] = [];
  using _ = watchFreezes(clock, (ms) => woken.push(ms));
  freeze(4_000);
  advance(250);
  expect(woken).toEqual([4_250]);
});

it('does not take a busy moment for it', () => {
  const { clock, advance, freeze } = stoppable();
  using watch = watchFreezes(clock, () => expect.unreachable());
  advance(250);
  freeze(1_000);
  expect(watch.isWakingUp()).toBe(false);
});
