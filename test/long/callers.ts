/** Many callers: each with a number of their own, and something to say that takes about half a minute. */

import { asksForTimes, GOODBYE, leaves, NEXT, OFFER, picks } from '../failures/scene/stories.ts';
import type { Step } from '../simulators/twilio/script.ts';

const AREAS = ['773', '872', '630', '847'];
/** Numbers that are nobody's: 555-0100 to 555-0199 of each area. */
const PER_AREA = 100;
export const MOST_CALLERS = AREAS.length * PER_AREA;

export function numberOf(index: number): string {
  const area = AREAS[Math.floor(index / PER_AREA) % AREAS.length];
  return `+1${area}555${String(100 + (index % PER_AREA)).padStart(4, '0')}`;
}

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;

const QUESTIONS: readonly (readonly [string, string])[] = [
  ['How much does a furnace tune up cost?', '129 dollars'],
  ['What warranty do your repairs carry?', 'one year on labor'],
  ['Where do you work?', 'Oak Park'],
];

/** Asks what the business knows, and leaves. */
export function asks(index: number, questions = QUESTIONS.length): Step[] {
  const asked = Array.from({ length: questions }, (_, nth) => QUESTIONS[(index + nth) % QUESTIONS.length] ?? ['', '']);
  const steps = asked.map(
    ([question], nth): Step => ({
      say: question,
      // Not after the first silence: that may be a pause in what is said to somebody who waits for a line.
      after: { words: [nth === 0 ? 'how can I help you' : NEXT] },
      timeoutMs: nth === 0 ? 600_000 : 60_000,
    }),
  );
  return [
    ...steps,
    { say: 'No, thank you. Goodbye.', after: { words: [NEXT] }, timeoutMs: 60_000 },
    { waitForHangUp: true, timeoutMs: 60_000 },
  ];
}

/**
 * Who speaks while their bridge or their model goes is not heard, and is asked again: for all of it, or with the last
 * thing they were told. Not with "are you still there?": nobody here is silent of their own accord, so a caller who is
 * asked that was ignored.
 */
export const repeatsWhateverIsAsked = {
  phrases: ['how can I help you', NEXT, "didn't catch that", 'what would you like'],
  atMost: 10,
};

/** Waits for a line until they are told that they need not. */
export const wantsCallBack: Step[] = [
  { digits: '1', after: { words: ['we will call you back'] } },
  { waitForHangUp: true, timeoutMs: 60_000 },
];

/** Books on a day that is theirs alone. */
export function books(index: number, name: string): Step[] {
  return [asksForTimes(name, WEEKDAYS[index % WEEKDAYS.length] ?? 'Monday'), picks(OFFER), ...leaves];
}

export { GOODBYE };
