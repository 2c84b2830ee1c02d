/** When appointments can be offered at all: not sooner than the notice, not later than the horizon. */
import { type BookingRules, MINUTE_MS } from './catalog.ts';

/**
 * How long an offer stays good after it was made. A caller decides while talking; without this, the first time offered
 * (exactly at the notice) would be refused a minute later. As long as the longest ordinary call.
 */
export const OFFER_LIFETIME_MS = 30 * MINUTE_MS;

/** From the first to the last date, both included. */
export interface DateSpan {
  readonly firstDate: Temporal.PlainDate;
  readonly lastDate: Temporal.PlainDate;
}

export interface OfferWindow extends DateSpan {
  /** No start before this. Epoch milliseconds. */
  readonly earliestStartMs: number;
}

/** What is offered to somebody asking now. */
export function offerWindow(rules: BookingRules, now: Temporal.Instant): OfferWindow {
  const today = now.toZonedDateTimeISO(rules.timeZone).toPlainDate();
  const earliestStartMs = now.epochMilliseconds + rules.minNoticeMinutes * MINUTE_MS;
  return {
    firstDate: today,
    lastDate: today.add({ days: rules.horizonDays }),
    // Appointments begin on whole minutes, and "now" seldom is one.
    earliestStartMs: Math.ceil(earliestStartMs / MINUTE_MS) * MINUTE_MS,
  };
}

/** What may still be booked now: everything that can have been offered within the lifetime of an offer, and is not past. */
export function bookingWindow(rules: BookingRules, now: Temporal.Instant): OfferWindow {
  const window = offerWindow(rules, now);
  return {
    ...window,
    earliestStartMs: Math.max(now.epochMilliseconds, window.earliestStartMs - OFFER_LIFETIME_MS),
  };
}

export function isWithin(date: Temporal.PlainDate, { firstDate, lastDate }: DateSpan): boolean {
  const { compare } = Temporal.PlainDate;
  return compare(firstDate, date) <= 0 && compare(date, lastDate) <= 0;
}
