/**
 * How far a search looks at first. A horizon holds thousands of appointments, and reading them is most of its time, but
 * nearly every wish is met within days of the first date it is for.
 */
import type { BookingRules } from './catalog.ts';
import { type DateSpan, isWithin, offerWindow } from './offer-window.ts';
import { type Wish, wishedDates } from './wish.ts';

const FIRST_LOOK_DAYS = 7;

/**
 * The dates to read at first: a week from the first one wished for, but none after the last. All on offer for a wish that
 * is for none of them, because the nearest may be anywhere.
 */
export function firstLook(wish: Wish, rules: BookingRules, now: Temporal.Instant): DateSpan {
  const { firstDate, lastDate } = offerWindow(rules, now);
  const wished = wishedDates(wish, firstDate, lastDate);
  const onOffer = wished.ok ? wished.dates.filter((date) => isWithin(date, { firstDate, lastDate })) : [];
  const first = onOffer[0];
  const last = onOffer.at(-1);
  if (first === undefined || last === undefined) return { firstDate, lastDate };
  const weekLater = first.add({ days: FIRST_LOOK_DAYS - 1 });
  return { firstDate: first, lastDate: isWithin(weekLater, { firstDate: first, lastDate: last }) ? weekLater : last };
}
