/**
 * What happens after a failed attempt to summarise a call. An outage of the model lasts minutes to hours and is waited
 * out; an answer that cannot be used will mostly be no better the next time and is given up soon.
 */

/**
 * - `unavailable` not reached, refused by load or credentials, no answer in time
 * - `unusable`    answered, but refused the content, was cut off or did not fit the schema
 */
export type FailureKind = 'unavailable' | 'unusable';

export const MAX_FAILURES: Record<FailureKind, number> = { unavailable: 80, unusable: 4 };

export type NextAttempt = { kind: 'retry'; afterMs: number } | { kind: 'give_up' };

/**
 * @param failures how often this call's summary has now failed in this way, this time included
 * @param delayMs the wait by the number of earlier failures, from 0
 */
export function afterFailure(kind: FailureKind, failures: number, delayMs: (earlier: number) => number): NextAttempt {
  if (failures >= MAX_FAILURES[kind]) return { kind: 'give_up' };
  return { kind: 'retry', afterMs: delayMs(failures - 1) };
}
