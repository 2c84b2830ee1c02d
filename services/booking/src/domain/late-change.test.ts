// Pins a rule that binds the business itself, and a limit that is off by a minute.
import { describe, expect, it } from 'vitest';
import { judgeLateness } from './late-change.ts';

const startsAt = Temporal.Instant.from('2026-03-02T15:00:00Z');
const rules = { changeNoticeMinutes: 1_440, lateChanges: 'refused', lateChangeNote: 'the fee is $20' } as const;

describe('a late change', () => {
  it('begins right after the last moment that is in time', () => {
    const last = startsAt.subtract({ hours: 24 });
    expect(judgeLateness(rules, startsAt, 'caller', last)).toEqual({ late: false, note: null, refusal: undefined });
    expect(judgeLateness(rules, startsAt, 'caller', last.add({ milliseconds: 1 })).late).toBe(true);
  });

  it('is refused to callers with what the business wants said, and allowed to the business', () => {
    const now = startsAt.subtract({ hours: 1 });
    expect(judgeLateness(rules, startsAt, 'caller', now).refusal).toMatch(/too late .*: the fee is \$20/);
    expect(judgeLateness(rules, startsAt, 'business', now)).toMatchObject({ late: true, refusal: undefined });
    const lenient = { ...rules, lateChanges: 'allowed' } as const;
    expect(judgeLateness(lenient, startsAt, 'caller', now)).toMatchObject({
      late: true,
      note: 'the fee is $20',
      refusal: undefined,
    });
  });
});
