/** What happens to an appointment. `subject` of the envelope is the appointment's id. */
import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { callSid, instant, phoneNumber } from '../ids.ts';

/** As it stands after the event. */
const appointment = z.object({
  appointmentId: z.uuid(),
  serviceId: z.uuid(),
  serviceName: z.string(),
  resourceId: z.uuid(),
  resourceName: z.string(),
  startsAt: instant,
  endsAt: instant,
  timeZone: z.string(),
  customer: z.object({ name: z.string(), phone: phoneNumber.nullable() }),
  /** The call in which it was booked, held, moved or cancelled. */
  callSid: callSid.optional(),
});

/** A time kept free for somebody who is deciding. Followed by `booked`, or by `cancelled` when it was given up or is over. */
export const appointmentHeld = defineEvent({
  entity: 'appointment',
  what: 'held',
  version: 1,
  data: appointment.omit({ customer: true }).extend({ expiresAt: instant }),
});

export const appointmentBooked = defineEvent({
  entity: 'appointment',
  what: 'booked',
  version: 1,
  data: appointment,
});

export const appointmentMoved = defineEvent({
  entity: 'appointment',
  what: 'moved',
  version: 1,
  data: appointment.extend({
    from: z.object({ resourceId: z.uuid(), resourceName: z.string(), startsAt: instant, endsAt: instant }),
    by: z.enum(['caller', 'business']),
    late: z.boolean(),
  }),
});

export const appointmentCancelled = defineEvent({
  entity: 'appointment',
  what: 'cancelled',
  version: 1,
  data: appointment.extend({
    /** Null for a hold, which nobody had put a name to. */
    customer: appointment.shape.customer.nullable(),
    by: z.enum(['caller', 'business', 'expiry']),
    reason: z.string().nullable(),
    late: z.boolean(),
  }),
});

export const appointmentNoShow = defineEvent({
  entity: 'appointment',
  what: 'no_show',
  version: 1,
  data: appointment,
});
