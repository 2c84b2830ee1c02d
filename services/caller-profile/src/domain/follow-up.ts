/** What follows from a message, a request to be called back and a voicemail: a task for the team, and by when. */
import type { FollowUpTask } from '@frontdesk/contracts/caller-profile/follow-up-task';
import type { callbackRequested } from '@frontdesk/contracts/events/callback';
import type { messageTaken } from '@frontdesk/contracts/events/message';
import type { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import type { z } from 'zod';

export type NewTask = Omit<FollowUpTask, 'taskId' | 'state' | 'callerId' | 'createdAt' | 'doneAt'>;

/** Somebody who was promised a call waits for it; everything else is good within a day. */
const DUE_WITHIN_HOURS = { urgent: 1, callback: 4, normal: 24 };

export function taskOfMessage(data: z.output<typeof messageTaken.data>): NewTask {
  const { callSid, from, to, number, name, text, urgency, reason, at } = data;
  const hours = DUE_WITHIN_HOURS[urgency];
  const dueAt = after(at, hours);
  return { kind: 'message', callSid, from, to, number, name, text, recordingSid: null, urgency, reason, dueAt };
}

export function taskOfCallback({ callSid, from, to, reason, at }: z.output<typeof callbackRequested.data>): NewTask {
  const dueAt = after(at, DUE_WITHIN_HOURS.callback);
  const unsaid = { name: null, text: null, recordingSid: null, urgency: 'normal' as const };
  return { kind: 'callback', callSid, from, to, number: from, ...unsaid, reason, dueAt };
}

export function taskOfVoicemail(data: z.output<typeof voicemailReceived.data>): NewTask {
  const { callSid, from, to, recordingSid, at } = data;
  const dueAt = after(at, DUE_WITHIN_HOURS.normal);
  const unsaid = { name: null, text: null, urgency: 'normal' as const, reason: null };
  return { kind: 'voicemail', callSid, from, to, number: from, ...unsaid, recordingSid, dueAt };
}

function after(at: string, hours: number): string {
  return Temporal.Instant.from(at).add({ hours }).toString();
}
