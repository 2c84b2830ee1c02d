/** What the callers of these tests say. Short, with one thing in the middle that only an intact conversation can answer. */
import type { Step } from '../../simulators/twilio/script.ts';

/** The offer names its days and times, so that "the second one" means something only to who made it. */
export const OFFER = 'which one works for you';
/** What follows when something is settled. Who hears a sentence break off before it waits for the rest, as people do. */
export const NEXT = 'anything else';
export const GOODBYE = 'thank you for calling goodbye';

type Weekday = 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday';

export function asksForTimes(name: string, day: Weekday): Step {
  return { say: `Hello, my name is ${name}. Please book a furnace tune up next week on ${day}.`, after: 'silence' };
}

export function picks(after: string, which: 'first' | 'second' = 'second'): Step {
  return { say: `The ${which} one please.`, after: { words: [after] } };
}

export const leaves: readonly Step[] = [
  { say: 'No, thank you. Goodbye.', after: { words: [NEXT] } },
  { waitForHangUp: true, timeoutMs: 20_000 },
];

/** Asks for times, loses the receptionist while the times are read out, and picks one once they are together again. */
export function picksAfter(apology: string, name: string, day: Weekday): Step[] {
  return [asksForTimes(name, day), picks(apology), ...leaves];
}

/**
 * Who happens to speak while their call changes hands is not heard, or in part; like anybody, they say it again when
 * they are asked, once for each time it may happen.
 */
export function repeatsWhenAsked(atMost: number) {
  return { phrases: ["didn't catch that", 'what would you like', OFFER], atMost };
}
