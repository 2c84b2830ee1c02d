/**
 * Callers on hold, first come first served: one ticket per waiting call of a business, `<businessId>.<seq>`, seq growing.
 * The gateway that puts a call on hold creates it, whichever gateway answers the call's next poll renews it, and whoever
 * serves, refuses or loses the caller deletes it.
 *
 * A call that polls no more (the caller hung up and nobody was told) must not hold up those behind it: a ticket that was
 * not renewed for TICKET_STALE_AFTER_MS is passed over, and counts again when its call comes back; the bucket's TTL is
 * what removes it.
 */
import { z } from 'zod';
import { defineBucket } from '../bucket.ts';
import { callSid, instant } from '../ids.ts';

export const ticket = z.object({ version: z.literal(1), callSid, joinedAt: instant, renewedAt: instant });
export type Ticket = z.infer<typeof ticket>;

export const queue = defineBucket({ bucket: 'queue', value: ticket, ttlMs: 60_000 });

/** Longer than one round of the hold loop takes: its announcement, its pause and the request. */
export const TICKET_STALE_AFTER_MS = 25_000;

/** Wide enough that the keys sort like the numbers. */
export function ticketKey(businessId: string, seq: number): string {
  return `${businessId}.${String(seq).padStart(10, '0')}`;
}

export function seqOfTicketKey(key: string): number {
  return Number(key.slice(key.lastIndexOf('.') + 1));
}
