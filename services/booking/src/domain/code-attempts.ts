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
  /** When counting began; once it is locked, when it was. */
  readonly since: Temporal.Instant;
}

export function isLocked(attempts: Attempts | undefined, limit: Limit, now: Temporal.Instant): boolean {
  return attempts !== undefined && !isForgotten(attempts, limit, now) && attempts.wrong >= limit.most;
}

/** Counts one more. While locked nothing is counted, or somebody who never stops trying would lock others out for ever. */
export function countAttempt(attempts: Attempts | undefined, limit: Limit, now: Temporal.Instant): Attempts {
  if (attempts === undefined || isForgotten(attempts, limit, now)) return { wrong: 1, since: now };
  if (attempts.wrong >= limit.most) return attempts;
  const wrong = attempts.wrong + 1;
  return { wrong, since: wrong >= limit.most ? now : attempts.since };
}

function isForgotten({ since }: Attempts, { forMs }: Limit, now: Temporal.Instant): boolean {
  return now.epochMilliseconds >= since.epochMilliseconds + forMs;
}
