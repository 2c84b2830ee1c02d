/** What a business can be booked for, with whom, and under which rules, as it was entered. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';
import { bookingRules } from './put-booking-rules.ts';
import { resourceDefinition } from './put-resource.ts';
import { serviceDefinition } from './put-service.ts';

export const getCatalog = defineRpc({
  service: 'booking',
  verb: 'get-catalog',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({}),
  reply: z.object({
    /** Null: this business takes no appointments yet. */
    rules: bookingRules.nullable(),
    /** Those that were retired are left out. */
    services: z.array(serviceDefinition.extend({ serviceId: z.uuid() })),
    resources: z.array(
      resourceDefinition.extend({
        resourceId: z.uuid(),
        /** None when every service it was for is retired. */
        serviceIds: z.array(z.uuid()),
      }),
    ),
  }),
});
