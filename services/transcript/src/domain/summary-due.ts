/**
 * When a call may be summarised. Its entries travel as events of their own and arrive in any order, so the end of the
 * call is not yet the end of its transcript.
 */

export interface CallProgress {
  /** A conversation took place, or at least its first turn is here. */
  answered: boolean;
  /** From `call.ended`: when we heard of it, and how many entries the conversation has. */
  ended?: { heardAt: Temporal.Instant; entries: number };
  /** When we heard of `call.completed`. */
  completedHeardAt?: Temporal.Instant;
  /** Turns and tool calls stored so far. */
  storedEntries: number;
}

export interface Patience {
  /** How long missing entries are waited for once `call.ended` is here. */
  graceMs: number;
  /** How long `call.ended` itself is waited for once the carrier says that the leg is over: a lost bridge sends none. */
  orphanGraceMs: number;
}

/** Undefined: not yet, or never, because nobody spoke with the receptionist and nothing says that they did. */
export function summaryDueAt(call: CallProgress, patience: Patience): Temporal.Instant | undefined {
  if (call.ended) {
    const isComplete = call.storedEntries >= call.ended.entries;
    return isComplete ? call.ended.heardAt : call.ended.heardAt.add({ milliseconds: patience.graceMs });
  }
  if (call.completedHeardAt && call.answered) {
    return call.completedHeardAt.add({ milliseconds: patience.orphanGraceMs });
  }
  return undefined;
}
