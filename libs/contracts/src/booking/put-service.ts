/** Adds a bookable service, or changes the one of that name. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const putService = defineRpc({
  service: 'booking',
  verb: 'put-service',
  scope: 'business',
  timeoutMs: 5_000,
  request: z.strictObject({
    name: z.string().min(1).max(120),
    description: z.string().max(500).default(''),
    durationMinutes: z.int().min(5).max(1_440),
    bufferBeforeMinutes: z.int().min(0).max(480).default(0),
    bufferAfterMinutes: z.int().min(0).max(480).default(0),
    priceText: z.string().max(100).nullable().default(null),
  }),
  reply: z.object({ serviceId: z.uuid() }),
});
