/** A task was followed up. One that is done stays as it is: repeatable without an idempotency key. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';
import { followUpTask } from './follow-up-task.ts';

export const completeTask = defineRpc({
  service: 'caller-profile',
  verb: 'complete-task',
  scope: 'business',
  timeoutMs: 2_000,
  request: z.object({
    taskId: z.uuid(),
    /** The API key that says so. */
    apiKeyId: z.uuid(),
  }),
  /** Fails with `not_found` when the business has no such task. */
  reply: z.object({ task: followUpTask }),
});
