/** Pins the edges: back to back is free, one millisecond of overlap is not, other people's time does not count. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';

it('lets ranges touch, and nothing more', () => {
  const calendar = createCalendar([
    { resourceId: 'dana', fromMs: 300, toMs: 400 },
    { resourceId: 'dana', fromMs: 100, toMs: 200 },
  ]);
  expect(calendar.isFree('dana', { fromMs: 200, toMs: 300 })).toBe(true);
  expect(calendar.isFree('dana', { fromMs: 199, toMs: 300 })).toBe(false);
  expect(calendar.isFree('dana', { fromMs: 200, toMs: 301 })).toBe(false);
  expect(calendar.isFree('eli', { fromMs: 100, toMs: 400 })).toBe(true);
  expect(calendar.busyMs('dana', { fromMs: 150, toMs: 350 })).toBe(100);
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
        return { resourceId: 'r', fromMs: start, toMs: end };
      });
      const range = { fromMs, toMs: fromMs + length };
      const expected = !busy.some((taken) => taken.fromMs < range.toMs && range.fromMs < taken.toMs);
      expect(createCalendar(busy.toReversed()).isFree('r', range)).toBe(expected);
    }),
  );
});
