/**
 * Books one slot. The time is validated again in the booking transaction, under the exclusion constraint.
 * Needs an idempotency key: the same key books once and answers the same.
 */
import { z } from 'zod';
import { callSid, languageTag } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { text } from '../text.ts';
import { appointmentView, customer } from './appointment.ts';
import { slotRef } from './slot.ts';

export const bookSlot = defineRpc({
  service: 'booking',
  verb: 'book-slot',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({
    slot: slotRef,
    customer,
    note: text(500).optional(),
    callSid: callSid.optional(),
    /** When the resource was just taken, anybody else who fits is as good: the reply says who it is. */
    anyResource: z.boolean().default(false),
    speak: languageTag.default('en'),
  }),
  /** Fails with `conflict` when the slot is no longer free, `invalid` when it never was one. */
  reply: z.object({
    ...appointmentView.shape,
    // Replies stored by an earlier release have no ids of what was booked.
    serviceId: z.uuid().optional(),
    resourceId: z.uuid().optional(),
    /** Short and speakable; needed later to move or cancel. */
    confirmationCode: z.string(),
  }),
});
