// Pins: a summary that is retried for ever, and one that is given up during a short outage.
import { describe, expect, it } from 'vitest';
import { afterFailure, MAX_FAILURES } from './summary-retry.ts';

const delayMs = (earlier: number) => 1_000 * 2 ** earlier;

describe('afterFailure', () => {
  it('waits longer each time', () => {
    expect(afterFailure('unavailable', 1, delayMs)).toEqual({ kind: 'retry', afterMs: 1_000 });
    expect(afterFailure('unusable', 2, delayMs)).toEqual({ kind: 'retry', afterMs: 2_000 });
  });

  it.each(['unavailable', 'unusable'] as const)('gives up on %s in the end', (kind) => {
    expect(afterFailure(kind, MAX_FAILURES[kind] - 1, delayMs).kind).toBe('retry');
    expect(afterFailure(kind, MAX_FAILURES[kind], delayMs).kind).toBe('give_up');
  });

  it('outlasts an outage that would exhaust an unusable answer', () => {
    expect(afterFailure('unavailable', MAX_FAILURES.unusable, delayMs).kind).toBe('retry');
  });
});
