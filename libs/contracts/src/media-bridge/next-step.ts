/**
 * The gateway asks the owner of a call what Twilio should do now that its stream has closed:
 * `GET http://<address>/calls/<CallSid>/next`. Over HTTP, not NATS, so that a goodbye works while NATS is down.
 * 404 means "not mine".
 */
import { z } from 'zod';
import { callSid } from '../ids.ts';
import { nextStep } from '../kv/calls.ts';

export const nextStepReply = z.object({ callSid, next: nextStep });

export function nextStepPath(sid: string): string {
  return `/calls/${callSid.parse(sid)}/next`;
}
