// Pins: a log line with the time of another one.
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { isoTime } from './iso-time.ts';

test('it is the time, whatever time it was before', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 1_500 }), fc.integer({ min: -3_000, max: 9_999_999 })));
    fc.assert(
      fc.property(fc.integer({ min: 1e12, max: 2e12 }), steps, (startMs, afterMs) => {
        let nowMs = startMs;
        for (const ms of [0, ...afterMs]) {
          nowMs += ms;
          vi.setSystemTime(nowMs);
          expect(isoTime()).toBe(`,"time":"${new Date(nowMs).toISOString()}"`);
        }
      }),
    );
  } finally {
    vi.useRealTimers();
  }
});
