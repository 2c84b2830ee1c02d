import { manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import { createPacer } from './pacer.ts';

const start = Temporal.Instant.from('2026-11-21T10:00:00Z');

// Relative 20 ms timers drift: a minute of speech then lasts longer and underruns are heard.
it('ticks fifty times a second however late the timers are, and catches up after a stall', () => {
  const clock = manualClock(start);
  const pacer = createPacer(clock);
  let ticks = 0;
  using pace = pacer.start(() => {
    ticks += 1;
  });
  for (let ms = 0; ms < 1000; ms += 7) clock.advance(7);
  expect(ticks).toBe(50);
  clock.advance(500);
  clock.advance(1);
  expect(ticks).toBeGreaterThanOrEqual(74);
  expect(pace.maxLateMs).toBeGreaterThanOrEqual(0);
});

it('keeps every line on its own phase with one timer, and stops with the last line', () => {
  const clock = manualClock(start);
  const pacer = createPacer(clock);
  const ticks = [0, 0];
  const first = pacer.start(() => {
    ticks[0] = (ticks[0] ?? 0) + 1;
  });
  clock.advance(10);
  const second = pacer.start(() => {
    ticks[1] = (ticks[1] ?? 0) + 1;
  });
  clock.advance(1000);
  expect(ticks).toEqual([50, 50]);
  first[Symbol.dispose]();
  second[Symbol.dispose]();
  clock.advance(1000);
  expect(ticks).toEqual([50, 50]);
});

it('lets a tick end its own line', () => {
  const clock = manualClock(start);
  const pacer = createPacer(clock);
  let ticks = 0;
  const pace = pacer.start(() => {
    ticks += 1;
    pace[Symbol.dispose]();
  });
  clock.advance(500);
  expect(ticks).toBe(1);
});

// A telephone network that stood still for a moment itself would otherwise play silence in the place of what had come.
it('lets sockets be read before it catches up', () => {
  let nowMs = 0;
  let timers: (() => void)[] = [];
  const clock = {
    now: () => start,
    monotonicMs: () => nowMs,
    after(_: number, fn: () => void) {
      timers.push(fn);
      return { [Symbol.dispose]: () => undefined };
    },
  };
  const runTimers = () => {
    const due = timers;
    timers = [];
    for (const timer of due) timer();
  };
  let ticks = 0;
  using pace = createPacer(clock).start(() => {
    ticks += 1;
  });
  nowMs = 20;
  runTimers();
  expect(ticks).toBe(1);
  nowMs = 500;
  runTimers();
  expect(ticks).toBe(1);
  runTimers();
  expect(ticks).toBe(25);
  expect(pace.maxLateMs).toBe(460);
});
