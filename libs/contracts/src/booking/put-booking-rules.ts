/** The rules under which a business takes appointments. Needed before anything can be booked. */
import { z } from 'zod';
import { date, timeZone } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { line, text } from '../text.ts';

export const bookingRules = z.strictObject({
  timeZone,
  /** Nothing is offered sooner than this from now. */
  minNoticeMinutes: z.int().min(0).max(43_200).default(120),
  /** Nothing is offered later than this from today. */
  horizonDays: z.int().min(1).max(365).default(60),
  /** Starts are offered on this grid, counted from the beginning of a working period. */
  granularityMinutes: z.int().min(5).max(240).default(30),
  /** Dates in the business's zone on which nobody works, such as holidays, whatever the weekly hours say. */
  closedDates: z
    .array(z.strictObject({ date, name: line(80).optional() }))
    .max(100)
    .default([]),
  /** So many appointments start on one date at most. Null: as many as fit. */
  maxPerDay: z.int().min(1).max(10_000).nullable().default(null),
  /** Who gets an appointment that could be anybody's: whoever has least booked that day, or everybody in turn. */
  assignment: z.enum(['least_busy', 'round_robin']).default('least_busy'),
  /** Moving or cancelling later than this before the start is late. */
  changeNoticeMinutes: z.int().min(0).max(43_200).default(0),
  /** What callers may still do then. The business itself may always change. */
  lateChanges: z.enum(['allowed', 'refused']).default('allowed'),
  /** What is said about a late change: a fee, or whom to ask. */
  lateChangeNote: text(300).nullable().default(null),
});
export type BookingRules = z.infer<typeof bookingRules>;

export const putBookingRules = defineRpc({
  service: 'booking',
  verb: 'put-booking-rules',
  scope: 'business',
  timeoutMs: 5_000,
  request: bookingRules,
  reply: z.object({}),
});
