/** Reads what the team has to follow up, with the caller that is known by the number. */
import { type FollowUpTask, followUpTask } from '@frontdesk/contracts/caller-profile/follow-up-task';
import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import type { TaskPosition } from '../domain/task-cursor.ts';
import type { CallerProfileSchema } from './schema.ts';

type Tx = TenantTransaction<CallerProfileSchema>;

export interface TaskFilter {
  state?: FollowUpTask['state'];
  /** Only tasks that come after this one in the list. */
  after?: TaskPosition;
  limit: number;
}

/** Newest first. */
export async function findTasks(
  tx: Tx,
  businessId: string,
  { state, after, limit }: TaskFilter,
): Promise<FollowUpTask[]> {
  let query = tasksOf(tx, businessId).orderBy('task.created_at', 'desc').orderBy('task.task_id', 'desc').limit(limit);
  if (state) query = query.where('task.state', '=', state);
  if (after) {
    query = query.where(
      sql<boolean>`(task.created_at, task.task_id) < (${after.createdAt}::timestamptz, ${after.taskId}::uuid)`,
    );
  }
  return (await query.execute()).map(toTask);
}

export async function findTask(tx: Tx, businessId: string, taskId: string): Promise<FollowUpTask | undefined> {
  const row = await tasksOf(tx, businessId).where('task.task_id', '=', taskId).executeTakeFirst();
  return row && toTask(row);
}

function tasksOf(tx: Tx, businessId: string) {
  return tx
    .selectFrom('follow_up_tasks as task')
    .leftJoin('callers as caller', (join) =>
      join.onRef('caller.business_id', '=', 'task.business_id').onRef('caller.phone', '=', 'task.from_number'),
    )
    .where('task.business_id', '=', businessId)
    .select([
      'task.task_id',
      'task.kind',
      'task.call_sid',
      'task.from_number',
      'task.to_number',
      'task.callback_number',
      'task.name',
      'task.body',
      'task.recording_sid',
      'task.urgency',
      'task.reason',
      'task.due_at',
      'task.state',
      'task.created_at',
      'task.done_at',
      'caller.caller_id',
      'caller.name as caller_name',
    ]);
}

type TaskRow = Awaited<ReturnType<ReturnType<typeof tasksOf>['execute']>>[number];

/** Parsed, not cast: what is stored may be of an earlier release. */
function toTask(row: TaskRow): FollowUpTask {
  return followUpTask.parse({
    taskId: row.task_id,
    kind: row.kind,
    callSid: row.call_sid,
    from: row.from_number,
    to: row.to_number,
    number: row.callback_number,
    name: row.name ?? row.caller_name,
    text: row.body,
    recordingSid: row.recording_sid,
    urgency: row.urgency,
    reason: row.reason,
    dueAt: row.due_at.toString(),
    state: row.state,
    createdAt: row.created_at.toString(),
    doneAt: row.done_at?.toString() ?? null,
    callerId: row.caller_id,
  });
}
