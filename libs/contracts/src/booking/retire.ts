/** Takes a service or a resource off the offer. Its appointments stay as they are; its name is free again. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const retire = defineRpc({
  service: 'booking',
  verb: 'retire',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({ kind: z.enum(['service', 'resource']), id: z.uuid() }),
  /** Fails with `not_found`. `upcoming`: appointments that still stand and may have to be moved. */
  reply: z.object({ upcoming: z.int().min(0) }),
});
