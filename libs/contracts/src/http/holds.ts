import { z } from 'zod';
import { customer } from '../booking/appointment.ts';
import { bookSlot } from '../booking/book-slot.ts';
import { holdSlot } from '../booking/hold-slot.ts';
import { booked, speak, told } from './appointments.ts';
import { defineHttp, none } from './http.ts';
import { slotRefBody } from './slots.ts';

const one = z.strictObject({ id: z.uuid() });

export const holdSlotHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/appointments/holds',
  summary: 'Keeps a free time for somebody who is deciding, until `expires_at`. 409 when it is no longer free.',
  params: none,
  query: none,
  body: z.strictObject({
    slot: slotRefBody,
    seconds: holdSlot.request.shape.seconds,
    any_resource: holdSlot.request.shape.anyResource.describe('Somebody else who fits is as good.'),
    speak,
  }),
  idempotent: true,
  reply: z.object({
    success: z.literal(true),
    appointment: told.extend({ expires_at: holdSlot.reply.shape.expiresAt }),
  }),
  status: 201,
});

export const confirmHoldHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/appointments/holds/{id}/confirm',
  summary: 'Makes a held time an appointment; one that is over, too, while nobody else has taken it (409).',
  params: one,
  query: none,
  body: z.strictObject({ customer: z.strictObject(customer.shape), note: bookSlot.request.shape.note, speak }),
  idempotent: true,
  reply: z.object({ success: z.literal(true), appointment: booked }),
  status: 200,
});

export const releaseHoldHttp = defineHttp({
  method: 'POST',
  path: '/api/v1/appointments/holds/{id}/release',
  summary: 'Gives a held time up. Doing so twice, or when it is over, is no error; 409 when it was confirmed.',
  params: one,
  query: none,
  reply: z.object({
    success: z.literal(true),
    /** Whether there was anything left to give up. */
    released: z.boolean(),
  }),
  status: 200,
});
