// Pins a lock that never closes, and one that never opens.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempts, countAttempt, isLocked } from './code-attempts.ts';

const start = Temporal.Instant.from('2026-03-02T15:00:00Z');
const limit = { most: 5, forMs: 30 * 60_000 };

describe('attempts at a code', () => {
  it('lock at the limit, for its time from the last one counted', () => {
    let attempts: Attempts | undefined;
    for (let count = 0; count < 5; count++) {
      expect(isLocked(attempts, limit, start)).toBe(false);
      attempts = countAttempt(attempts, limit, start.add({ minutes: count }));
    }
    const lockedAt = start.add({ minutes: 4 });
    expect(isLocked(attempts, limit, lockedAt.add({ milliseconds: limit.forMs - 1 }))).toBe(true);
    expect(isLocked(attempts, limit, lockedAt.add({ milliseconds: limit.forMs }))).toBe(false);
  });

  it('never answer more than the limit within its time, and open again however often somebody tries', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10 * 60_000 }), { maxLength: 60 }), (pauses) => {
        let attempts: Attempts | undefined;
        let now = start;
        const answered: number[] = [];
        for (const pause of pauses) {
          now = now.add({ milliseconds: pause });
          if (!isLocked(attempts, limit, now)) answered.push(now.epochMilliseconds);
          attempts = countAttempt(attempts, limit, now);
        }
        // Two windows may touch: the end of one and the beginning of the next.
        for (const at of answered) {
          const near = answered.filter((other) => other >= at && other < at + limit.forMs);
          expect(near.length).toBeLessThan(2 * limit.most);
        }
        expect(isLocked(attempts, limit, now.add({ milliseconds: limit.forMs }))).toBe(false);
      }),
    );
  });
});
