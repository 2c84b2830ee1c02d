/** What happens to an appointment. `subject` of the envelope is the appointment's id. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callSid, instant, phoneNumber } from '../ids.ts';

export const appointmentBooked = defineEvent({
  entity: 'appointment',
  what: 'booked',
  version: 1,
  data: z.object({
    appointmentId: z.uuid(),
    serviceId: z.uuid(),
    serviceName: z.string(),
    resourceId: z.uuid(),
    resourceName: z.string(),
    startsAt: instant,
    endsAt: instant,
    timeZone: z.string(),
    customer: z.object({ name: z.string(), phone: phoneNumber.nullable() }),
    callSid: callSid.optional(),
  }),
});
