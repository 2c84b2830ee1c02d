/** What the team has to follow up. `subject` of the envelope is the task's id. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callerNumber, callSid, instant, phoneNumber } from '../ids.ts';
import { callbackRequested } from './callback.ts';
import { messageReason, taskUrgency } from './message.ts';

export const taskKind = z.enum(['message', 'callback', 'voicemail']);

/** What led to it: of a message or of a request to be called back. A voicemail has none. */
export const taskReason = z.enum([...messageReason.options, ...callbackRequested.data.shape.reason.options]);

export const taskCreated = defineEvent({
  entity: 'task',
  what: 'created',
  version: 1,
  data: z.object({
    taskId: z.uuid(),
    kind: taskKind,
    callSid,
    from: callerNumber,
    to: phoneNumber,
    /** Whom to call back; null when nobody gave a number. */
    number: callerNumber,
    name: z.string().nullable(),
    /** The message in words; a voicemail has none. */
    text: z.string().nullable(),
    /** The recording of a voicemail, at Twilio. */
    recordingSid: z.string().nullable(),
    urgency: taskUrgency,
    reason: taskReason.nullable(),
    dueAt: instant,
    createdAt: instant,
  }),
});

export const taskDone = defineEvent({
  entity: 'task',
  what: 'done',
  version: 1,
  data: z.object({ taskId: z.uuid(), callSid, doneAt: instant }),
});
