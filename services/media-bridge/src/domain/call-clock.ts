/** Wall-clock time of a call, counted from one reading, so that the session needs no clock of its own. */
export interface CallClock {
  at(monotonicMs: number): Temporal.Instant;
  /** The other way round; before the anchor it may be negative. */
  msOf(instant: Temporal.Instant): number;
}

/** @param anchor the same moment on both clocks */
export function createCallClock(anchor: { instant: Temporal.Instant; monotonicMs: number }): CallClock {
  const { epochMilliseconds } = anchor.instant;
  return {
    at: (monotonicMs) =>
      Temporal.Instant.fromEpochMilliseconds(epochMilliseconds + Math.round(monotonicMs - anchor.monotonicMs)),
    msOf: (instant) => anchor.monotonicMs + instant.epochMilliseconds - epochMilliseconds,
  };
}
