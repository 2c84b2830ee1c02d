import { completeTask } from '@frontdesk/contracts/caller-profile/complete-task';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Context } from '../context.ts';
import { findTask } from '../store/task-reader.ts';
import { markDone } from '../store/task-writer.ts';

export async function serveCompleteTask({ messaging, db, clock, events }: Context): Promise<void> {
  await messaging.serve(completeTask, async ({ taskId, apiKeyId }, { businessId }) => {
    const now = clock.now();
    const { task, changed } = await db.asTenant(businessId, { kind: 'api_key', id: apiKeyId }, async (tx) => {
      const changed = await markDone(tx, { businessId, taskId, now });
      const task = await findTask(tx, businessId, taskId);
      if (task === undefined) throw new WireError('not_found', 'there is no such task');
      if (changed) await events.taskDone(tx, businessId, task, now);
      return { task, changed };
    });
    if (changed) events.taskFollowedUp(task.kind);
    return { task };
  });
}
