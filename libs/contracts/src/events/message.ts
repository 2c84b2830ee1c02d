/** A message for the team was taken in a call. `subject` of the envelope is the CallSid. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callerNumber, callSid, instant, phoneNumber } from '../ids.ts';
import { line, text } from '../text.ts';

export const taskUrgency = z.enum(['normal', 'urgent']);

/**
 * `asked`: the caller wanted to leave one. `calendar_unavailable`, `lookup_unavailable`: the caller wanted an
 * appointment, or an answer, while the service for it could not be reached.
 */
export const messageReason = z.enum(['asked', 'calendar_unavailable', 'lookup_unavailable']);

/** What was noted for the team. */
export const teamNote = z.object({
  /** As the caller gave it. */
  name: line(120).min(1).nullable(),
  /** Whom to call back: the caller's own number, unless they gave another one. */
  number: callerNumber,
  text: text(2_100).min(1),
  urgency: taskUrgency,
  reason: messageReason,
});
export type TeamNote = z.infer<typeof teamNote>;

export const messageTaken = defineEvent({
  entity: 'message',
  what: 'taken',
  version: 1,
  data: z.object({
    callSid,
    from: callerNumber,
    to: phoneNumber,
    /** Of the tool call that took it, in the conversation. */
    seq: z.int().min(0),
    ...teamNote.shape,
    at: instant,
  }),
});
