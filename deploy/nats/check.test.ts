// Pins: a server that is too old and is taken for a new one, or the other way round.
import { expect, test } from 'vitest';
import { isAtLeast } from './check.ts';

test.each([
  ['2.9.10', '2.9.0', true],
  ['2.9.0', '2.9.0', true],
  ['2.10.0', '2.9.0', true],
  ['3.0.0', '2.9.0', true],
  ['2.11.0-RC.1', '2.9.0', true],
  ['2.8.4', '2.9.0', false],
  ['2.8.99', '2.9.0', false],
  ['1.20.0', '2.9.0', false],
  ['unknown', '2.9.0', false],
])('%s against %s: %s', (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});
