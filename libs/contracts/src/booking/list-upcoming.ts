/**
 * The next appointments of whoever this number belongs to, soonest first: for a receptionist who knows that the number
 * is proved. Who may hear of them is the asker's business, so it is asked only under a full recall.
 */
import { z } from 'zod';
import { instant, languageTag, phoneNumber } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const MAX_UPCOMING = 5;

export const upcomingAppointment = z.object({
  appointmentId: z.uuid(),
  serviceName: z.string(),
  resourceName: z.string(),
  startsAt: instant,
  /** How a person says it, in the business's zone: "Thursday, December 3 at 2:30 PM". */
  spoken: z.string(),
});
export type UpcomingAppointment = z.infer<typeof upcomingAppointment>;

export const listUpcoming = defineRpc({
  service: 'booking',
  verb: 'list-upcoming',
  scope: 'business',
  timeoutMs: 500,
  request: z.object({
    phone: phoneNumber,
    /** The language of `spoken`. */
    speak: languageTag.default('en'),
  }),
  reply: z.object({ appointments: z.array(upcomingAppointment).max(MAX_UPCOMING) }),
});
