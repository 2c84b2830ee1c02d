/**
 * Books one slot. The time is validated again in the booking transaction, under the exclusion constraint.
 * Needs an idempotency key: the same key books once and answers the same.
 */
import { z } from 'zod';
import { callSid, instant, phoneNumber } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { slotRef } from './slot.ts';

export const bookSlot = defineRpc({
  service: 'booking',
  verb: 'book-slot',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({
    slot: slotRef,
    customer: z.object({ name: z.string().min(1).max(120), phone: phoneNumber.nullable() }),
    note: z.string().max(500).optional(),
    callSid: callSid.optional(),
  }),
  /** Fails with `conflict` when the slot is no longer free, `invalid` when it never was one. */
  reply: z.object({
    appointmentId: z.uuid(),
    serviceName: z.string(),
    resourceName: z.string(),
    startsAt: instant,
    endsAt: instant,
    spoken: z.string(),
    /** Short and speakable; needed later to move or cancel. */
    confirmationCode: z.string(),
  }),
});
