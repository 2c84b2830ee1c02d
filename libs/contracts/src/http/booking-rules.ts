import { z } from 'zod';
import { bookingRules } from '../booking/put-booking-rules.ts';
import { defineHttp, none } from './http.ts';

const { shape } = bookingRules;

/** The rules under which a business takes appointments. */
export const bookingRulesBody = z.strictObject({
  time_zone: shape.timeZone,
  min_notice_minutes: shape.minNoticeMinutes,
  horizon_days: shape.horizonDays,
  granularity_minutes: shape.granularityMinutes,
  closed_dates: shape.closedDates,
  max_per_day: shape.maxPerDay,
  assignment: shape.assignment,
  change_notice_minutes: shape.changeNoticeMinutes,
  late_changes: shape.lateChanges,
  late_change_note: shape.lateChangeNote,
});

export const getBookingRulesHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/booking-rules',
  summary: 'The rules under which appointments are taken; null when none are set and nothing can be booked.',
  params: none,
  query: none,
  reply: z.object({ success: z.literal(true), rules: bookingRulesBody.nullable() }),
  status: 200,
});

export const putBookingRulesHttp = defineHttp({
  method: 'PUT',
  path: '/api/v1/booking-rules',
  summary: 'Sets all rules: what is left out goes back to its default.',
  params: none,
  query: none,
  body: bookingRulesBody,
  reply: z.object({ success: z.literal(true), rules: bookingRulesBody }),
  status: 200,
});
