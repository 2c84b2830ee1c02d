/**
 * How many calls one number may make to one business within a window. Counted per gateway, in memory that is bounded: a
 * flood from ever new numbers costs nothing but the oldest counts.
 *
 * Callers who withhold their number are not counted: they are not one caller. The business's lines bound them.
 */
export interface FloodLimit {
  /** Counts this call. @returns whether it is one too many */
  isFlooding(businessId: string, from: string | null, callSid: string, nowMs: number): boolean;
  readonly size: number;
}

export interface FloodLimitOptions {
  /** Calls per window; 0 counts nothing. */
  most: number;
  windowMs: number;
  /** How many numbers are remembered. */
  mostCallers?: number;
}

export function createFloodLimit({ most, windowMs, mostCallers = 20_000 }: FloodLimitOptions): FloodLimit {
  /** The calls of the window, the oldest first; no more than `most`, since those beyond it change nothing. */
  const recent = new Map<string, { callSid: string; atMs: number }[]>();

  function remember(key: string, calls: { callSid: string; atMs: number }[]): void {
    // A Map iterates in insertion order: what was used last goes to the end.
    recent.delete(key);
    recent.set(key, calls);
    for (const oldest of recent.keys()) {
      if (recent.size <= mostCallers) return;
      recent.delete(oldest);
    }
  }

  return {
    isFlooding(businessId, from, callSid, nowMs) {
      if (most === 0 || from === null) return false;
      const key = `${businessId} ${from}`;
      const calls = (recent.get(key) ?? []).filter(({ atMs }) => nowMs - atMs < windowMs);
      // A repeated webhook is the same call.
      const known = calls.some((call) => call.callSid === callSid);
      const flooding = !known && calls.length >= most;
      if (!known && !flooding) calls.push({ callSid, atMs: nowMs });
      remember(key, calls);
      return flooding;
    },
    get size() {
      return recent.size;
    },
  };
}
