/** The call log, newest first. */
import { z } from 'zod';
import { direction } from '../events/call.ts';
import { instant } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { callOverview } from './call-view.ts';

export const listCalls = defineRpc({
  service: 'transcript',
  verb: 'list-calls',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({
    limit: z.int().min(1).max(200).default(50),
    /** `nextCursor` of the page before. */
    cursor: z.string().max(200).optional(),
    direction: direction.optional(),
    since: instant.optional(),
    until: instant.optional(),
  }),
  reply: z.object({ calls: z.array(callOverview), nextCursor: z.string().nullable() }),
});
