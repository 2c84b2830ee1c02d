/** Free times for a service, soonest first. When nothing fits the wish, the nearest that do, with `exact: false`. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';
import { dayWanted, partOfDay, slot, weekWanted } from './slot.ts';

export const findSlots = defineRpc({
  service: 'booking',
  verb: 'find-slots',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({
    /** The service's name as the caller or the model says it, or nothing for the business's first. */
    service: z.string().max(200).optional(),
    day: dayWanted.default('any'),
    week: weekWanted.default('any'),
    partOfDay: partOfDay.default('any'),
    limit: z.int().min(1).max(20).default(5),
  }),
  /** Fails with `not_found`, naming the services there are, when no service fits the name. */
  reply: z.object({ exact: z.boolean(), timeZone: z.string(), slots: z.array(slot) }),
});
