/** How long to wait before the next try. Jitter keeps many clients of one lost server from coming back in step. */

export interface BackoffOptions {
  /** The wait after the first failure. */
  baseMs: number;
  /** No wait is longer, jitter included. */
  maxMs: number;
  factor?: number;
  /** Share of the wait that is random, 0…1: 0.2 spreads a wait of 100 ms over 80…120 ms. */
  jitter?: number;
}

/** @param attempt 0 after the first failure, 1 after the second … @returns whole milliseconds */
export type Backoff = (attempt: number, random?: () => number) => number;

export function backoff({ baseMs, maxMs, factor = 2, jitter = 0.2 }: BackoffOptions): Backoff {
  return (attempt, random = Math.random) => {
    // A long outage counts many attempts: the power would become Infinity, which min() bounds but 0 × Infinity does not.
    const waitMs = Math.min(maxMs, baseMs * factor ** Math.min(Math.max(attempt, 0), 64));
    const spread = 1 + jitter * (2 * random() - 1);
    return Math.round(Math.min(maxMs, waitMs * spread));
  };
}
