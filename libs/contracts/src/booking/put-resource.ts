/** Adds someone or something that is booked (staff, room, vehicle), or changes the one of that name. */
import { z } from 'zod';
import { timeOfDay, weekday } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const putResource = defineRpc({
  service: 'booking',
  verb: 'put-resource',
  scope: 'business',
  timeoutMs: 5_000,
  request: z.strictObject({
    name: z.string().min(1).max(120),
    serviceIds: z.array(z.uuid()).min(1).max(100),
    /** Working periods in the business's zone; several a day for a break between. */
    weeklyHours: z
      .array(z.object({ weekday, from: timeOfDay, to: timeOfDay }))
      .min(1)
      .max(50),
  }),
  /** Fails with `invalid` for periods that overlap or end before they begin, and services that do not exist. */
  reply: z.object({ resourceId: z.uuid() }),
});
