// Pins: tests that pass because their clock runs timers late, twice, or in another order than real time would.
import { expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { manualClock } from './manual-clock.ts';

test('timers run in the order of their time, at their time', () => {
  const clock = manualClock('2026-01-05T15:00:00Z');
  const ran: string[] = [];
  const note = (name: string) => () => void ran.push(`${name}@${clock.monotonicMs()}`);
  clock.after(20, note('late'));
  clock.after(10, note('first'));
  clock.after(10, note('second'));
  clock.advance(9);
  expect(ran).toEqual([]);
  clock.advance(100);
  expect(ran).toEqual(['first@10', 'second@10', 'late@20']);
  expect(clock.now().toString()).toBe('2026-01-05T15:00:00.109Z');
});

test('what a timer starts runs in the same advance when it is due', () => {
  const clock = manualClock();
  const ran: number[] = [];
  const tick = () => {
    ran.push(clock.monotonicMs());
    clock.after(10, tick);
  };
  clock.after(10, tick);
  clock.advance(35);
  expect(ran).toEqual([10, 20, 30]);
  expect(clock.waiting).toBe(1);
});

test('a disposed timer does not run, and disposing it later is harmless', () => {
  const clock = manualClock();
  let ran = 0;
  const timer = clock.after(10, () => {
    ran += 1;
  });
  timer[Symbol.dispose]();
  clock.advance(50);
  timer[Symbol.dispose]();
  expect(ran).toBe(0);
  expect(clock.waiting).toBe(0);
});

test('the system clock measures, fires and cancels', async () => {
  const startedMs = systemClock.monotonicMs();
  let cancelled = true;
  systemClock
    .after(1, () => {
      cancelled = false;
    })
    [Symbol.dispose]();
  await new Promise<void>((resolve) => systemClock.after(10, resolve));
  expect(systemClock.monotonicMs() - startedMs).toBeGreaterThan(5);
  expect(cancelled).toBe(true);
  expect(Math.abs(systemClock.now().epochMilliseconds - Date.now())).toBeLessThan(1_000);
});

// A process that is woken for each of a thousand timers does little else; one that is early breaks what it bounds.
test('long timers of the system clock run together, never early and a moment late; short ones on time', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const ran: string[] = [];
    const start = performance.now();
    const aligned = Math.ceil(start / 20) * 20;
    vi.advanceTimersByTime(aligned - start);
    const note = (name: string) => () => void ran.push(`${name}@${performance.now() - aligned}`);
    systemClock.after(199, note('short'));
    vi.advanceTimersByTime(3);
    systemClock.after(250, note('first'));
    vi.advanceTimersByTime(5);
    systemClock.after(248, note('second'));
    vi.advanceTimersByTime(1_000);
    expect(ran).toEqual(['short@199', 'first@260', 'second@260']);
  } finally {
    vi.useRealTimers();
  }
});
