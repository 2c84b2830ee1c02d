import { dayWanted, partOfDay, weekWanted } from '@frontdesk/contracts/booking/slot';
import { z } from 'zod';
import { defineTool } from './tool.ts';

export const findSlotsTool = defineTool({
  name: 'find_slots',
  description:
    'Finds free appointment times, soonest first. Only times from here may be offered or booked. When `exact` is false nothing fits the wish, and these are the nearest.',
  arguments: z.object({
    service: z.string().trim().max(200).optional().describe('The service wanted, as the caller named it.'),
    day: dayWanted.default('any'),
    week: weekWanted.default('any').describe('`next` when the caller said next week.'),
    part_of_day: partOfDay.default('any'),
  }),
  sideEffecting: false,
  unavailable: 'The calendar cannot be reached right now. Say so, and offer to take a message instead.',
  to: 'findSlots',
  plan: ({ service, day, week, part_of_day }) => ({
    kind: 'ask',
    request: { to: 'findSlots', body: { ...(service ? { service } : {}), day, week, partOfDay: part_of_day } },
  }),
  conclude: ({ exact, slots }, scene) => ({
    exact,
    slots: slots.map((slot) => ({
      slot: scene.slots.offer(slot),
      time: slot.spoken,
      with: slot.resourceName,
      service: slot.serviceName,
    })),
    now: scene.now,
  }),
});
