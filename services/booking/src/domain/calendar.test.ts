/** Pins the edges: back to back is free, one millisecond of overlap is not, other people's time does not count. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';
import { taken } from './testing.ts';

it('lets ranges touch, and nothing more', () => {
  const calendar = createCalendar([taken('dana', 300, 400), taken('dana', 100, 200)]);
  expect(calendar.isFree('dana', { fromMs: 200, toMs: 300 })).toBe(true);
  expect(calendar.isFree('dana', { fromMs: 199, toMs: 300 })).toBe(false);
  expect(calendar.isFree('dana', { fromMs: 200, toMs: 301 })).toBe(false);
  expect(calendar.isFree('eli', { fromMs: 100, toMs: 400 })).toBe(true);
  expect(calendar.busyMs('dana', { fromMs: 150, toMs: 350 })).toBe(100);
});

it('counts an appointment for where it begins, and once however much it takes up', () => {
  const calendar = createCalendar([
    { ...taken('dana', 90, 200, 'one'), startMs: 100 },
    { ...taken('room', 90, 200, 'one'), startMs: 100 },
    { ...taken('dana', 200, 300, 'two'), startMs: 210 },
  ]);
  expect(calendar.startsOf('dana', { fromMs: 100, toMs: 210 })).toBe(1);
  expect(calendar.startsOf('dana', { fromMs: 100, toMs: 211 })).toBe(2);
  expect(calendar.startsOf('dana', { fromMs: 101, toMs: 210 })).toBe(0);
  expect(calendar.starts({ fromMs: 0, toMs: 300 })).toBe(2);
  expect(calendar.starts({ fromMs: 0, toMs: 100 })).toBe(0);
});

it('agrees with looking at every range', () => {
  // Consecutive gaps and lengths, so that ranges of one resource never overlap, as the database guarantees.
  const layout = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 20 })), { maxLength: 30 });
  fc.assert(
    fc.property(layout, fc.nat(600), fc.integer({ min: 1, max: 60 }), (gaps, fromMs, length) => {
      let end = 0;
      const busy = gaps.map(([gap, size]) => {
        const start = end + gap;
        end = start + size;
        return taken('r', start, end);
      });
      const range = { fromMs, toMs: fromMs + length };
      const expected = !busy.some((other) => other.fromMs < range.toMs && range.fromMs < other.toMs);
      expect(createCalendar(busy.toReversed()).isFree('r', range)).toBe(expected);
    }),
  );
});
