import { z } from 'zod';
import { instant } from '../ids.ts';
import { defineHttp, none } from './http.ts';

export const listCalendarLinksHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/calendar-links',
  summary: 'The calendar links that are not revoked, 500 at most. Their addresses were told once and are not kept.',
  params: none,
  query: none,
  reply: z.object({
    success: z.literal(true),
    links: z.array(
      z.object({
        link_id: z.uuid(),
        appointment_id: z.uuid().nullable(),
        resource_id: z.uuid().nullable(),
        created_at: instant,
        last_read_at: instant.nullable(),
      }),
    ),
  }),
  status: 200,
});

export const createCalendarLinkHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/calendar-links',
  summary: 'A secret address under which calendar programs read one appointment, or all of a resource.',
  params: none,
  query: none,
  body: z
    .strictObject({ appointment_id: z.uuid().optional(), resource_id: z.uuid().optional() })
    .refine((body) => (body.appointment_id === undefined) !== (body.resource_id === undefined), {
      message: 'must name either an appointment or a resource',
      path: ['resource_id'],
    }),
  reply: z.object({
    success: z.literal(true),
    link_id: z.uuid(),
    /** Whoever has it can read the calendar: told only here. */
    url: z.string(),
  }),
  status: 201,
});

export const revokeCalendarLinkHttp = defineHttp({
  method: 'DELETE',
  path: '/api/v1/calendar-links/{id}',
  summary: 'Revokes a calendar link. Doing so twice is no error.',
  params: z.strictObject({ id: z.uuid() }),
  query: none,
  reply: z.object({ success: z.literal(true) }),
  status: 200,
});
