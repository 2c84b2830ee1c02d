/** Adds a bookable service, or changes the one of that name or id. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';
import { line, text } from '../text.ts';
import { resourceKind, skill } from './put-resource.ts';

export const serviceDefinition = z.strictObject({
  name: line(120).min(1),
  description: text(500).default(''),
  /** At most a whole date, 00:00 to 24:00: an appointment lies within one working period, which ends with its date. */
  durationMinutes: z.int().min(5).max(1_440),
  bufferBeforeMinutes: z.int().min(0).max(480).default(0),
  bufferAfterMinutes: z.int().min(0).max(480).default(0),
  priceText: line(100).nullable().default(null),
  /** Whoever performs it has all of them. */
  skills: z.array(skill).max(20).default([]),
  /** What it takes beside the one who performs it: one resource of each kind, such as a room. */
  alsoNeeds: z
    .array(resourceKind)
    .max(4)
    .refine((kinds) => new Set(kinds).size === kinds.length, 'names a kind twice')
    .default([]),
  place: z.enum(['on_site', 'online']).default('on_site'),
});
export type ServiceDefinition = z.infer<typeof serviceDefinition>;

export const putService = defineRpc({
  service: 'booking',
  verb: 'put-service',
  scope: 'business',
  timeoutMs: 5_000,
  /** With an id it changes that service, its name included. */
  request: serviceDefinition.extend({ serviceId: z.uuid().optional() }),
  /** Fails with `not_found` for an unknown id, `conflict` when another service has that name. */
  reply: z.object({ serviceId: z.uuid() }),
});
