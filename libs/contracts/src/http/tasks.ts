import { z } from 'zod';
import { taskState } from '../caller-profile/follow-up-task.ts';
import { taskUrgency } from '../events/message.ts';
import { taskKind, taskReason } from '../events/task.ts';
import { callerNumber, callSid, instant, phoneNumber } from '../ids.ts';
import { defineHttp, none } from './http.ts';

export const taskHttp = z.object({
  task_id: z.uuid(),
  kind: taskKind,
  state: taskState,
  urgency: taskUrgency,
  reason: taskReason.nullable(),
  call_sid: callSid,
  from_number: callerNumber,
  to_number: phoneNumber,
  /** Whom to call back. */
  callback_number: callerNumber,
  caller_id: z.uuid().nullable(),
  name: z.string().nullable(),
  text: z.string().nullable(),
  recording_sid: z.string().nullable(),
  due_at: instant,
  created_at: instant,
  done_at: instant.nullable(),
});

export const listTasksHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/tasks',
  summary: 'What the team has to follow up (messages, requests to be called back, voicemail), newest first.',
  params: none,
  query: z.strictObject({
    state: taskState.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
  }),
  reply: z.object({ success: z.literal(true), tasks: z.array(taskHttp), next_cursor: z.string().nullable() }),
  status: 200,
});

export const updateTaskHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/tasks/{task_id}',
  summary: 'Marks a task as done. Repeatable.',
  params: z.strictObject({ task_id: z.uuid() }),
  query: none,
  body: z.strictObject({ state: z.literal('done') }),
  reply: z.object({ success: z.literal(true), task: taskHttp }),
  status: 200,
});
