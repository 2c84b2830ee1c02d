// Pins a lock that never closes, and one that never opens.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempts, countAttempt, isCounted, isLocked, uncountAttempt } from './code-attempts.ts';

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

  it('that were right leave the count as if they had never been made, however near the limit', () => {
    let attempts = countAttempt(undefined, limit, start);
    for (let count = 1; count < 4; count++) attempts = countAttempt(attempts, limit, start);
    const later = start.add({ minutes: 20 });
    const right = uncountAttempt(countAttempt(attempts, limit, later, 'again'), 'again');
    expect(right).toEqual(attempts);
    // Forgotten when the wrong ones are, not half an hour after the right one.
    const then = start.add({ milliseconds: limit.forMs });
    expect(countAttempt(right, limit, then)).toMatchObject({ wrong: 1, since: then });
    const only = uncountAttempt(countAttempt(undefined, limit, start));
    expect(countAttempt(only, limit, later)).toMatchObject({ wrong: 1, since: later });
  });

  it('are known again by their mark while they count', () => {
    const attempts = countAttempt(undefined, limit, start, 'one');
    expect(isCounted(attempts, limit, start, 'one')).toBe(true);
    expect(isCounted(attempts, limit, start, 'other')).toBe(false);
    expect(isCounted(attempts, limit, start, undefined)).toBe(false);
    expect(isCounted(attempts, limit, start.add({ milliseconds: limit.forMs }), 'one')).toBe(false);
    expect(isCounted(uncountAttempt(attempts, 'one'), limit, start, 'one')).toBe(false);
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
