import { z } from 'zod';
import { taskCreated } from '../events/task.ts';
import { instant } from '../ids.ts';

export const taskState = z.enum(['open', 'done']);

/** A task as it stands. */
export const followUpTask = z.object({
  ...taskCreated.data.shape,
  state: taskState,
  /** The caller known by the number they called from, when there is one. */
  callerId: z.uuid().nullable(),
  doneAt: instant.nullable(),
});
export type FollowUpTask = z.infer<typeof followUpTask>;
