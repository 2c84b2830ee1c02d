// Pins: a line with the second of another one.
import { expect, test } from 'vitest';
import { timeField } from './time-field.ts';

test('every moment is told as it is, in whatever order they come', () => {
  const begin = Date.UTC(2026, 11, 31, 23, 59, 58);
  const apartMs = [0, 7, 999, 1_000, 1_001, 1_999, 2_000, 2_450, 1_998, 999, 0, -1, -1_000, 86_400_000];
  for (const epochMs of [...apartMs.map((ms) => begin + ms), 0, 999]) {
    expect(timeField(epochMs)).toBe(`,"time":"${new Date(epochMs).toISOString()}"`);
  }
});
