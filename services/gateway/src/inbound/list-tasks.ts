import type { FollowUpTask } from '@frontdesk/contracts/caller-profile/follow-up-task';
import { listTasksHttp, type taskHttp } from '@frontdesk/contracts/http/tasks';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { serveOperation } from './api-operation.ts';

export function serveListTasks(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, listTasksHttp, async ({ businessId, query }) => {
    const page = await context.callerProfile.tasks(businessId, query);
    return { tasks: page.tasks.map(toTask), next_cursor: page.nextCursor };
  });
}

export function toTask(task: FollowUpTask): z.input<typeof taskHttp> {
  return {
    task_id: task.taskId,
    kind: task.kind,
    state: task.state,
    urgency: task.urgency,
    reason: task.reason,
    call_sid: task.callSid,
    from_number: task.from,
    to_number: task.to,
    callback_number: task.number,
    caller_id: task.callerId,
    name: task.name,
    text: task.text,
    recording_sid: task.recordingSid,
    due_at: task.dueAt,
    created_at: task.createdAt,
    done_at: task.doneAt,
  };
}
