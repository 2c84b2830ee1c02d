import { z } from 'zod';
import { appointmentRecord, appointmentStatus, customer } from '../booking/appointment.ts';
import { bookSlot } from '../booking/book-slot.ts';
import { cancelAppointment } from '../booking/cancel-appointment.ts';
import { moveAppointment } from '../booking/move-appointment.ts';
import { callSid, instant, languageTag } from '../ids.ts';
import { defineHttp, none } from './http.ts';
import { slotRefBody } from './slots.ts';

export const speak = languageTag.default('en').describe('The language of `spoken`.');
const one = z.strictObject({ id: z.uuid() });

/** As the business sees it. */
const appointment = z.object({
  appointment_id: z.uuid(),
  service_id: z.uuid(),
  service_name: z.string(),
  resource_id: z.uuid(),
  resource_name: z.string(),
  also_resource_ids: z.array(z.uuid()),
  starts_at: instant,
  ends_at: instant,
  status: appointmentStatus,
  customer: appointmentRecord.shape.customer,
  note: z.string().nullable(),
  confirmation_code: z.string().nullable(),
  call_sid: callSid.nullable(),
  expires_at: instant.nullable(),
  cancel_reason: z.string().nullable(),
  created_at: instant,
});

/** What is told of one that was just booked, moved or cancelled. */
export const told = z.object({
  appointment_id: z.uuid(),
  service_id: z.uuid(),
  service_name: z.string(),
  resource_id: z.uuid(),
  resource_name: z.string(),
  starts_at: instant,
  ends_at: instant,
  spoken: z.string(),
});

export const booked = told.partial({ service_id: true, resource_id: true }).extend({ confirmation_code: z.string() });

export const listAppointmentsHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/appointments',
  summary: 'Appointments by start time, in pages.',
  params: none,
  query: z.strictObject({
    since: instant.optional(),
    until: instant.optional(),
    resource_id: z.uuid().optional(),
    status: appointmentStatus.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
  }),
  reply: z.object({
    success: z.literal(true),
    appointments: z.array(appointment),
    next_cursor: z.string().nullable(),
  }),
  status: 200,
});

export const getAppointmentHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/appointments/{id}',
  summary: 'One appointment.',
  params: one,
  query: none,
  reply: z.object({ success: z.literal(true), appointment }),
  status: 200,
});

export const bookAppointmentHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/appointments',
  summary: 'Books a free time. 409 when it is no longer free.',
  params: none,
  query: none,
  body: z.strictObject({
    slot: slotRefBody,
    customer: z.strictObject(customer.shape),
    note: bookSlot.request.shape.note,
    any_resource: bookSlot.request.shape.anyResource.describe('Somebody else who fits is as good.'),
    speak,
  }),
  idempotent: true,
  reply: z.object({
    success: z.literal(true),
    appointment: booked,
  }),
  status: 201,
});

export const moveAppointmentHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/appointments/{id}/move',
  summary: 'Moves an appointment to another free time; when that is no longer free (409), the old time stays.',
  params: one,
  query: none,
  body: z.strictObject({ slot: slotRefBody, any_resource: z.boolean().default(false), speak }),
  idempotent: true,
  reply: z.object({
    success: z.literal(true),
    appointment: told.extend({ confirmation_code: z.string() }),
    previous: z.object({ starts_at: instant, spoken: z.string() }),
    late: moveAppointment.reply.shape.late,
    late_note: moveAppointment.reply.shape.lateNote,
  }),
  status: 200,
});

export const cancelAppointmentHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/appointments/{id}/cancel',
  summary: 'Cancels an appointment; its time is free at once. Cancelling twice answers the same.',
  params: one,
  query: none,
  body: z.strictObject({ reason: cancelAppointment.request.shape.reason, speak }),
  idempotent: true,
  reply: z.object({
    success: z.literal(true),
    appointment: told,
    /** Later before the start than the rules like, and what the business wants said of that, such as a fee. */
    late: cancelAppointment.reply.shape.late,
    late_note: cancelAppointment.reply.shape.lateNote,
  }),
  status: 200,
});

export const markNoShowHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/appointments/{id}/no-show',
  summary: 'Notes that the customer did not come. Only once the appointment has begun.',
  params: one,
  query: none,
  reply: z.object({ success: z.literal(true), appointment_id: z.uuid() }),
  status: 200,
});
