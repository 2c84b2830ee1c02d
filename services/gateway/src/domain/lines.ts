/** Which line of a business a call tries to occupy, and in which order. */

/** How many lines are tried blindly before the taken ones are listed: enough while a business is not nearly full. */
export const BLIND_TRIES = 4;

/**
 * Line numbers in the order this call tries them. The start comes from the CallSid, which is random, so that
 * simultaneous calls do not fight for line 0, and a repeated webhook meets its own line first.
 */
export function lineOrder(callSid: string, maxLines: number): number[] {
  const start = Number.parseInt(callSid.slice(2, 10), 16) % maxLines;
  return Array.from({ length: maxLines }, (_, step) => (start + step) % maxLines);
}
