/** One appointment as those who may see it see it. */
import { z } from 'zod';
import { instant, phoneNumber } from '../ids.ts';
import { line } from '../text.ts';

export const appointmentStatus = z.enum(['held', 'confirmed', 'cancelled', 'no_show']);
export type AppointmentStatus = z.infer<typeof appointmentStatus>;

/** Whom an appointment is for. */
export const customer = z.object({ name: line(120).min(1), phone: phoneNumber.nullable() });

/** What whoever booked, moved or looked up an appointment is told of it. */
export const appointmentView = z.object({
  appointmentId: z.uuid(),
  serviceId: z.uuid(),
  serviceName: z.string(),
  resourceId: z.uuid(),
  resourceName: z.string(),
  startsAt: instant,
  endsAt: instant,
  /** How a person says it, in the language asked for and the business's zone. */
  spoken: z.string(),
});
export type AppointmentView = z.infer<typeof appointmentView>;

/** What the business itself sees. */
export const appointmentRecord = z.object({
  ...appointmentView.omit({ spoken: true }).shape,
  status: appointmentStatus,
  /** What else it takes up: rooms, vehicles. */
  alsoResourceIds: z.array(z.uuid()),
  /** Null while only held. */
  customer: z.object({ name: z.string(), phone: phoneNumber.nullable() }).nullable(),
  note: z.string().nullable(),
  /** Null while only held. */
  confirmationCode: z.string().nullable(),
  callSid: z.string().nullable(),
  /** Of a hold. */
  expiresAt: instant.nullable(),
  cancelReason: z.string().nullable(),
  createdAt: instant,
});
export type AppointmentRecord = z.infer<typeof appointmentRecord>;
