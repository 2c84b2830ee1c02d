/** What can be booked. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const listServices = defineRpc({
  service: 'booking',
  verb: 'list-services',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({}),
  reply: z.object({
    services: z.array(
      z.object({
        serviceId: z.uuid(),
        name: z.string(),
        description: z.string(),
        durationMinutes: z.int(),
        priceText: z.string().nullable(),
      }),
    ),
  }),
});
