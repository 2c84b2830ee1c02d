/** The rules under which a business takes appointments. Needed before anything can be booked. */
import { z } from 'zod';
import { timeZone } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const putBookingRules = defineRpc({
  service: 'booking',
  verb: 'put-booking-rules',
  scope: 'business',
  timeoutMs: 5_000,
  request: z.strictObject({
    timeZone,
    /** Nothing is offered sooner than this from now. */
    minNoticeMinutes: z.int().min(0).max(43_200).default(120),
    /** Nothing is offered later than this from today. */
    horizonDays: z.int().min(1).max(365).default(60),
    /** Starts are offered on this grid, counted from the beginning of a working period. */
    granularityMinutes: z.int().min(5).max(240).default(30),
    /** Dates in the business's zone on which nobody works, such as holidays, whatever the weekly hours say. */
    closedDates: z
      .array(z.object({ date: z.iso.date(), name: z.string().max(80).optional() }))
      .max(100)
      .default([]),
  }),
  reply: z.object({}),
});
