/** Adds someone or something that is booked (staff, room, vehicle), or changes the one of that name or id. */
import { z } from 'zod';
import { date, endOfPeriod, languageTag, timeOfDay, weekday } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { line } from '../text.ts';

export const resourceKind = z.enum(['staff', 'room', 'vehicle', 'equipment']);
export type ResourceKind = z.infer<typeof resourceKind>;

/** Compared without case. */
export const skill = line(80).min(1);

const period = { from: timeOfDay, to: endOfPeriod };

export const resourceDefinition = z.strictObject({
  name: line(120).min(1),
  kind: resourceKind.default('staff'),
  serviceIds: z.array(z.uuid()).min(1).max(100),
  skills: z.array(skill).max(50).default([]),
  /** What they speak. Empty: not said, so everybody's. */
  languages: z.array(languageTag).max(10).default([]),
  /** Working periods in the business's zone; several a day for a break between. */
  weeklyHours: z
    .array(z.strictObject({ weekday, ...period }))
    .min(1)
    .max(50),
  /** Dates on which the weekly hours do not hold: other hours, or none at all (vacation, illness). */
  exceptions: z
    .array(
      z.strictObject({
        from: date,
        /** The last such date; the first when absent. */
        until: date.optional(),
        hours: z.array(z.strictObject(period)).max(10).default([]),
        reason: line(120).optional(),
      }),
    )
    .max(200)
    .default([]),
  /** So many appointments start on one date at most. Null: as many as fit. */
  maxPerDay: z.int().min(1).max(1_000).nullable().default(null),
});
export type ResourceDefinition = z.infer<typeof resourceDefinition>;

export const putResource = defineRpc({
  service: 'booking',
  verb: 'put-resource',
  scope: 'business',
  timeoutMs: 5_000,
  /** With an id it changes that resource, its name included. */
  request: resourceDefinition.extend({ resourceId: z.uuid().optional() }),
  /**
   * Fails with `invalid` for periods that overlap or end before they begin, exceptions that overlap, and services that
   * do not exist; `not_found` for an unknown id, `conflict` when another resource has that name.
   */
  reply: z.object({ resourceId: z.uuid() }),
});
