import { dayWanted, monthWanted, partOfDay, weekWanted } from '@frontdesk/contracts/booking/slot';
import { languageTag } from '@frontdesk/contracts/ids';
import { z } from 'zod';
import { defineTool, given, noSuchAppointment } from './tool.ts';

export const findSlotsTool = defineTool({
  name: 'find_slots',
  description:
    'Finds free appointment times, soonest first. Only times from here may be offered or booked. Say only what the caller asked for and leave the rest out. When `exact` is false nothing fits the wish, and these are the nearest: say so. To move an appointment, give its handle as `moving`.',
  arguments: z.object({
    service: z.string().trim().max(200).optional().describe('The service wanted, as the caller named it.'),
    person: z.string().trim().max(120).optional().describe('Only when the caller asked for somebody by name.'),
    language: z
      .string()
      .trim()
      .toLowerCase()
      .pipe(languageTag)
      .optional()
      .describe('Only when the caller wants somebody who speaks it: a tag such as es.'),
    skill: z.string().trim().max(80).optional().describe('Only when the caller needs somebody who can do this.'),
    day: dayWanted.default('any'),
    week: weekWanted.default('any').describe('`next` when the caller said next week, `after_next` for the one after.'),
    part_of_day: partOfDay.default('any'),
    day_of_month: z.int().min(1).max(31).optional().describe('14 for "the fourteenth". Then leave day and week out.'),
    month: monthWanted.optional().describe('With day_of_month, when the caller named it.'),
    moving: z.string().trim().max(8).optional().describe('The appointment to be moved, such as a1.'),
  }),
  sideEffecting: false,
  unavailable: 'The calendar cannot be reached right now. Say so, and offer to take a message instead.',
  to: 'findSlots',
  plan({ person, day_of_month, part_of_day, moving, ...wish }, scene) {
    const insteadOf = moving ? scene.appointments.find(moving) : undefined;
    if (moving && insteadOf === undefined) return noSuchAppointment;
    const { service, language, skill, day, week, month } = wish;
    const asked = given({ service, language, skill, month, resource: person, dayOfMonth: day_of_month, insteadOf });
    const body = { ...asked, day, week, partOfDay: part_of_day, speak: scene.language.tag() };
    return { kind: 'ask', request: { to: 'findSlots', body } };
  },
  conclude: ({ exact, slots, named }, scene) => ({
    exact,
    slots: slots.map((slot) => ({
      slot: scene.slots.offer(slot, named ?? false),
      time: slot.spoken,
      with: slot.resourceName,
      service: slot.serviceName,
    })),
    now: scene.now,
  }),
});
