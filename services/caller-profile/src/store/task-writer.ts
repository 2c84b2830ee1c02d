/** Keeps what the team has to follow up. */
import type { TenantTransaction } from '@frontdesk/persistence';
import type { NewTask } from '../domain/follow-up.ts';
import type { CallerProfileSchema } from './schema.ts';

type Tx = TenantTransaction<CallerProfileSchema>;

export interface TaskToAdd extends NewTask {
  businessId: string;
  taskId: string;
  sourceEventId: string;
  now: Temporal.Instant;
}

/** @returns false when this event made its task before */
export async function addTask(tx: Tx, task: TaskToAdd): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('follow_up_tasks')
    .values({
      business_id: task.businessId,
      task_id: task.taskId,
      source_event_id: task.sourceEventId,
      kind: task.kind,
      call_sid: task.callSid,
      from_number: task.from,
      to_number: task.to,
      callback_number: task.number,
      name: task.name,
      body: task.text,
      recording_sid: task.recordingSid,
      urgency: task.urgency,
      reason: task.reason,
      due_at: task.dueAt,
      created_at: task.now,
    })
    .onConflict((conflict) => conflict.columns(['business_id', 'source_event_id']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** @returns false when there is no such open task */
export async function markDone(
  tx: Tx,
  { businessId, taskId, now }: { businessId: string; taskId: string; now: Temporal.Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('follow_up_tasks')
    .where('business_id', '=', businessId)
    .where('task_id', '=', taskId)
    .where('state', '=', 'open')
    .set({ state: 'done', done_at: now })
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
