import type { OpeningHours } from '@frontdesk/contracts/business-profile/agent-profile';

/** What is wrong with opening hours, in words for whoever entered them, or nothing. */
export function faultInOpeningHours({ weekly }: OpeningHours): string | undefined {
  // `HH:MM` sorts as text in the order of the clock.
  const sorted = weekly.toSorted((one, other) => one.weekday - other.weekday || (one.opens < other.opens ? -1 : 1));
  for (const [index, range] of sorted.entries()) {
    if (range.closes <= range.opens) return `weekday ${range.weekday} closes at ${range.closes}, before it opens`;
    const next = sorted[index + 1];
    if (next && next.weekday === range.weekday && next.opens < range.closes) {
      return `weekday ${range.weekday} opens again at ${next.opens}, before it has closed`;
    }
  }
  return undefined;
}
