import { z } from 'zod';
import { findSlots } from '../booking/find-slots.ts';
import { slot, slotRef } from '../booking/slot.ts';
import { defineHttp, none } from './http.ts';

const wish = findSlots.request.shape;

/** A free time, as it is given back to book it. */
export const slotRefBody = z.strictObject({
  service_id: slotRef.shape.serviceId,
  resource_id: slotRef.shape.resourceId,
  starts_at: slotRef.shape.startsAt,
});

export const findSlotsHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/slots',
  summary: 'Free times, soonest first. When nothing fits the wish, the nearest that do, with `exact: false`.',
  params: none,
  query: z.strictObject({
    service: wish.service,
    resource: wish.resource,
    language: wish.language,
    skill: wish.skill,
    day: wish.day,
    week: wish.week,
    part_of_day: wish.partOfDay,
    day_of_month: z.coerce.number().int().min(1).max(31).optional(),
    month: wish.month,
    limit: z.coerce.number().int().min(1).max(20).default(5),
    instead_of: wish.insteadOf.describe('The appointment to be moved: its own time counts as free.'),
    speak: wish.speak.describe('The language of `spoken`.'),
  }),
  reply: z.object({
    success: z.literal(true),
    exact: z.boolean(),
    time_zone: z.string(),
    slots: z.array(
      z.object({
        ...slotRefBody.shape,
        ends_at: slot.shape.endsAt,
        service_name: z.string(),
        resource_name: z.string(),
        spoken: z.string(),
      }),
    ),
  }),
  status: 200,
});
