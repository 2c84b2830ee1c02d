/**
 * How often a code may be tried. There are a million codes, and a look-up is right when it hits any of a business's, so
 * with a thousand appointments ahead one guess in a thousand hits.
 */

export interface Limit {
  /** So many wrong codes are answered; the next one finds the door locked. */
  readonly most: number;
  /** Wrong codes older than this are forgotten, and so long it stays locked. */
  readonly forMs: number;
}

/** A person who misreads a note gets it right within five; whoever goes on is asked to talk to the team. */
export const PER_CALLER: Limit = { most: 5, forMs: 30 * 60_000 };
/**
 * Numbers can be forged, one per call, so the business is counted as a whole. Twenty an hour is more than its customers
 * misread. While it is locked, codes are taken only from the number that an appointment was made for.
 */
export const PER_BUSINESS: Limit = { most: 20, forMs: 60 * 60_000 };

export interface Attempts {
  readonly wrong: number;
  /** The first of those counted. */
  readonly since: Temporal.Instant;
  /** The one that reached the limit. */
  readonly lockedAt: Temporal.Instant | null;
  /** By what those counted are known, as far as they are: the same request again is the same attempt. */
  readonly marks: readonly string[];
}

export function isLocked(attempts: Attempts | undefined, limit: Limit, now: Temporal.Instant): boolean {
  return attempts !== undefined && !isForgotten(attempts, limit, now) && attempts.wrong >= limit.most;
}

/** Counts one more. While locked nothing is counted, or somebody who never stops trying would lock others out for ever. */
export function countAttempt(
  attempts: Attempts | undefined,
  limit: Limit,
  now: Temporal.Instant,
  mark?: string,
): Attempts {
  const isFirst = attempts === undefined || attempts.wrong === 0 || isForgotten(attempts, limit, now);
  const before = isFirst ? { wrong: 0, since: now, lockedAt: null, marks: [] } : attempts;
  if (before.wrong >= limit.most) return before;
  const wrong = before.wrong + 1;
  return {
    wrong,
    since: before.since,
    lockedAt: wrong >= limit.most ? now : null,
    marks: mark === undefined ? before.marks : [...before.marks, mark],
  };
}

/** Whether this very request is among those counted. */
export function isCounted(attempts: Attempts | undefined, limit: Limit, now: Temporal.Instant, mark?: string): boolean {
  return mark !== undefined && !!attempts?.marks.includes(mark) && !isForgotten(attempts, limit, now);
}

/** It was no attempt after all: as if it had never been counted. */
export function uncountAttempt(attempts: Attempts, mark?: string): Attempts {
  const marks = attempts.marks.filter((one) => one !== mark);
  return { wrong: Math.max(0, attempts.wrong - 1), since: attempts.since, lockedAt: null, marks };
}

function isForgotten({ since, lockedAt }: Attempts, { forMs }: Limit, now: Temporal.Instant): boolean {
  return now.epochMilliseconds >= (lockedAt ?? since).epochMilliseconds + forMs;
}
