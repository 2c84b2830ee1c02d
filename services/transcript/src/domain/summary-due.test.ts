// Pins: a summary made while the last turn is still on its way, and a call that is never summarised.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summaryDueAt } from './summary-due.ts';

const heardAt = Temporal.Instant.from('2026-11-20T15:00:00Z');
const patience = { graceMs: 10_000, orphanGraceMs: 60_000 };
const due = (call: Parameters<typeof summaryDueAt>[0]) => summaryDueAt(call, patience)?.toString();

describe('summaryDueAt', () => {
  it('waits for the end of the call', () => {
    expect(due({ answered: true, storedEntries: 7 })).toBeUndefined();
  });

  it('is at once when everything said is here', () => {
    expect(due({ answered: true, ended: { heardAt, entries: 7 }, storedEntries: 7 })).toBe('2026-11-20T15:00:00Z');
  });

  it('gives missing entries a grace period', () => {
    expect(due({ answered: true, ended: { heardAt, entries: 7 }, storedEntries: 6 })).toBe('2026-11-20T15:00:10Z');
  });

  it('never moves later as more becomes known, once the end is', () => {
    const ended = { heardAt, entries: 10 };
    fc.assert(
      fc.property(fc.nat(10), fc.nat(10), fc.boolean(), fc.boolean(), (stored, more, answered, completed) => {
        const completedHeardAt = completed ? heardAt.subtract({ seconds: 5 }) : undefined;
        const before = summaryDueAt({ answered, ended, storedEntries: stored }, patience);
        const after = summaryDueAt({ answered, ended, completedHeardAt, storedEntries: stored + more }, patience);
        expect(before && after && Temporal.Instant.compare(after, before)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('covers a call in which nothing was said', () => {
    expect(due({ answered: false, ended: { heardAt, entries: 0 }, storedEntries: 0 })).toBe('2026-11-20T15:00:00Z');
  });

  it('takes what there is when the bridge never reported the end', () => {
    expect(due({ answered: true, completedHeardAt: heardAt, storedEntries: 3 })).toBe('2026-11-20T15:01:00Z');
  });

  it('does not summarise a call nobody answered', () => {
    expect(due({ answered: false, completedHeardAt: heardAt, storedEntries: 0 })).toBeUndefined();
  });
});
