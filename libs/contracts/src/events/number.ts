/** The operator's own events, published under `_`. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callSid, instant } from '../ids.ts';

/** Somebody rang a number that points here and belongs to no business. */
export const numberUnknown = defineEvent({
  entity: 'number',
  what: 'unknown',
  version: 1,
  data: z.object({ callSid, to: z.string(), at: instant }),
});
