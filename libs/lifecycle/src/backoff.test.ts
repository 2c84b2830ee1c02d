// Pins: clients of a lost server that come back all at once, wait for ever, or not at all.
import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('waits grow by the factor up to the maximum', () => {
  const wait = backoff({ baseMs: 100, maxMs: 1_000, jitter: 0 });
  expect([0, 1, 2, 3, 4, 5].map((attempt) => wait(attempt))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test('jitter spreads both ways and never exceeds the maximum', () => {
  const wait = backoff({ baseMs: 100, maxMs: 1_000 });
  expect([wait(0, () => 0), wait(0, () => 0.5), wait(0, () => 1)]).toEqual([80, 100, 120]);
  expect(wait(9, () => 1)).toBe(1_000);
  expect(wait(9, () => 0)).toBe(800);
});

test('any number of attempts, or none, gives a finite wait', () => {
  const wait = backoff({ baseMs: 100, maxMs: 1_000 });
  expect(wait(1e9, () => 0.5)).toBe(1_000);
  expect(wait(-1, () => 0.5)).toBe(100);
  expect(backoff({ baseMs: 0, maxMs: 1_000 })(2_000)).toBe(0);
});
