/**
 * How often and how fast a lost engine is opened again, and when a session is replaced before its limit. Times only:
 * what is said about it and what is restored is decided elsewhere.
 */

/** From the loss to a configured session. A caller who hears nothing for longer gives up, too. */
export const RECOVER_WITHIN_MS = 8_000;
/** Waits before each try of one outage. A session lost before it answered anything is a try like one that never opened. */
const RETRY_AFTER_MS: readonly number[] = [0, 300, 900, 2_000];
/** Sessions in a row that were lost before they answered anything. */
const MAX_FRUITLESS = 3;
/** A gap this long is heard. */
export const NOTICEABLE_MS = 1_200;
/** Something is owed, and the engine has not said anything at all for this long. */
export const STALLED_MS = 10_000;

/** The engine's own limit, and how long before it a pause is looked for. */
export const SESSION_LIMIT_MS = 3_600_000;
const MAX_MARGIN_MS = 300_000;

/** When to look for a pause to replace a session in, and for how long before it is replaced anyway. */
export function replacementTimes(limitMs: number): { dueMs: number; forcedAfterMs: number } {
  const marginMs = Math.min(MAX_MARGIN_MS, limitMs / 4);
  return { dueMs: limitMs - marginMs, forcedAfterMs: marginMs * 0.8 };
}

export interface EngineRecovery {
  /** @returns when to open another, or no `retry` when it is time to give up */
  lost(nowMs: number): { newOutage: boolean; retry?: { inMs: number; giveUpInMs: number } };
  /** A replacement on purpose begins: it counts as an outage only when it fails. */
  replaced(nowMs: number): void;
  /** The session is configured. @returns how long the caller was without one; undefined the first time */
  ready(nowMs: number): number | undefined;
  /** The engine completed a response: it works. */
  answered(): void;
  /** Between a loss and the next configured session. */
  recovering(): boolean;
}

export function createEngineRecovery(): EngineRecovery {
  let sinceMs: number | undefined;
  let onPurpose = false;
  let tries = 0;
  let fruitless = 0;

  return {
    lost(nowMs) {
      const newOutage = sinceMs === undefined || onPurpose;
      if (newOutage) {
        fruitless += 1;
        tries = 0;
        if (sinceMs === undefined) sinceMs = nowMs;
        onPurpose = false;
      }
      const inMs = RETRY_AFTER_MS[Math.max(tries, fruitless - 1)];
      tries += 1;
      const giveUpInMs = (sinceMs ?? nowMs) + RECOVER_WITHIN_MS - nowMs;
      if (inMs === undefined || fruitless > MAX_FRUITLESS || inMs >= giveUpInMs) return { newOutage };
      return { newOutage, retry: { inMs, giveUpInMs } };
    },
    replaced(nowMs) {
      sinceMs = nowMs;
      onPurpose = true;
      tries = 0;
    },
    ready(nowMs) {
      if (sinceMs === undefined) return undefined;
      const gapMs = nowMs - sinceMs;
      sinceMs = undefined;
      onPurpose = false;
      tries = 0;
      return gapMs;
    },
    answered() {
      fruitless = 0;
    },
    recovering() {
      return sinceMs !== undefined;
    },
  };
}
