/** Free times for a service, soonest first. When nothing fits the wish, the nearest that do, with `exact: false`. */
import { z } from 'zod';
import { languageTag } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { line } from '../text.ts';
import { dayWanted, monthWanted, partOfDay, slot, weekWanted } from './slot.ts';

export const findSlots = defineRpc({
  service: 'booking',
  verb: 'find-slots',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({
    /** The service's name as the caller or the model says it, or nothing for the business's first. */
    service: line(200).optional(),
    /** Who it should be with, by name as it is said. Nobody else is offered then. */
    resource: line(120).optional(),
    /** Only with somebody who speaks it. */
    language: languageTag.optional(),
    /** Only with somebody who has it, beside what the service needs. */
    skill: line(80).optional(),
    day: dayWanted.default('any'),
    week: weekWanted.default('any'),
    partOfDay: partOfDay.default('any'),
    /** "The fourteenth", "December the third": the next such date. Stands above `day` and `week`. */
    dayOfMonth: z.int().min(1).max(31).optional(),
    month: monthWanted.optional(),
    limit: z.int().min(1).max(20).default(5),
    /** The appointment that is to be moved: its own time counts as free, and its service and resource are the default. */
    insteadOf: z.uuid().optional(),
    /** The language of `spoken`. */
    speak: languageTag.default('en'),
  }),
  /**
   * Fails with `not_found`, naming those there are, when no service or nobody fits the name, language or skill; with
   * `invalid` for a date that does not exist.
   */
  reply: z.object({
    exact: z.boolean(),
    timeZone: z.string(),
    slots: z.array(slot),
    /** Whether somebody was asked for: then a booking must not fall to somebody else. */
    named: z.boolean().optional(),
  }),
});
