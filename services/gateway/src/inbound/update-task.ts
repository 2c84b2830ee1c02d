import { updateTaskHttp } from '@frontdesk/contracts/http/tasks';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { serveOperation } from './api-operation.ts';
import { toTask } from './list-tasks.ts';

export function serveUpdateTask(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, updateTaskHttp, async ({ businessId, apiKeyId, params }) => {
    const { task } = await context.callerProfile.completeTask(businessId, { taskId: params.task_id, apiKeyId });
    return { task: toTask(task) };
  });
}
