/** What is learnt about a caller. `subject` of the envelope is the caller's id. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { phoneNumber } from '../ids.ts';

export const callerCreated = defineEvent({
  entity: 'caller',
  what: 'created',
  version: 1,
  data: z.object({ callerId: z.uuid(), phone: phoneNumber, name: z.string().nullable() }),
});

export const callerUpdated = defineEvent({
  entity: 'caller',
  what: 'updated',
  version: 1,
  data: z.object({ callerId: z.uuid(), phone: phoneNumber, name: z.string().nullable() }),
});
