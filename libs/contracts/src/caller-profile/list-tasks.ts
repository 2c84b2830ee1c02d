/** What the team has to follow up, newest first. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';
import { followUpTask, taskState } from './follow-up-task.ts';

export const listTasks = defineRpc({
  service: 'caller-profile',
  verb: 'list-tasks',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({
    limit: z.int().min(1).max(200).default(50),
    /** `nextCursor` of the page before. */
    cursor: z.string().max(200).optional(),
    state: taskState.optional(),
  }),
  reply: z.object({ tasks: z.array(followUpTask), nextCursor: z.string().nullable() }),
});
