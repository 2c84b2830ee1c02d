// Pins: one number taking all lines of a business, a caller locked out for ever, and memory that a flood fills.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFloodLimit } from './flood-limit.ts';

const caller = '+13125550142';

test('one call too many within the window is one too many; afterwards calls are welcome again', () => {
  const limit = createFloodLimit({ most: 2, windowMs: 1_000 });
  const calls = [0, 100, 200, 999, 1_000, 1_050, 1_100].map((atMs) =>
    limit.isFlooding('b1', caller, `CA${atMs}`, atMs),
  );
  expect(calls).toEqual([false, false, true, true, false, true, false]);
});

test('each business, each number and each call counts by itself', () => {
  const limit = createFloodLimit({ most: 1, windowMs: 1_000 });
  expect(limit.isFlooding('b1', caller, 'CA1', 0)).toBe(false);
  expect(limit.isFlooding('b1', caller, 'CA1', 10)).toBe(false);
  expect(limit.isFlooding('b2', caller, 'CA2', 10)).toBe(false);
  expect(limit.isFlooding('b1', '+13125550143', 'CA3', 10)).toBe(false);
  expect(limit.isFlooding('b1', caller, 'CA4', 10)).toBe(true);
});

test('callers without a number are not one caller, and a limit of 0 is none', () => {
  const limit = createFloodLimit({ most: 1, windowMs: 1_000 });
  expect([1, 2, 3].map((n) => limit.isFlooding('b1', null, `CA${n}`, 0))).toEqual([false, false, false]);
  const none = createFloodLimit({ most: 0, windowMs: 1_000 });
  expect([1, 2, 3].map((n) => none.isFlooding('b1', caller, `CA${n}`, 0))).toEqual([false, false, false]);
});

test('never more than the limit in any window, and never more numbers than the bound', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: fc.nat(20), waitMs: fc.nat(400) }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 4 }),
      (calls, most) => {
        const limit = createFloodLimit({ most, windowMs: 1_000, mostCallers: 30 });
        const admitted: { from: number; atMs: number }[] = [];
        let nowMs = 0;
        for (const [index, { from, waitMs }] of calls.entries()) {
          nowMs += waitMs;
          const atMs = nowMs;
          if (!limit.isFlooding('b1', `+1312555${1000 + from}`, `CA${index}`, atMs)) admitted.push({ from, atMs });
          const inWindow = admitted.filter((call) => call.from === from && atMs - call.atMs < 1_000);
          expect(inWindow.length).toBeLessThanOrEqual(most);
          expect(limit.size).toBeLessThanOrEqual(30);
        }
      },
    ),
  );
});
