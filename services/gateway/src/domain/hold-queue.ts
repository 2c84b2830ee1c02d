/**
 * Who of a business's waiting callers is next. First come first served: a line goes to the caller with the fewest before
 * them, and nobody who has just come may take one while somebody waits.
 *
 * A caller who polls no more is passed over, so that a hang-up nobody reported does not hold up the others.
 */
import { TICKET_STALE_AFTER_MS, type Ticket } from '@frontdesk/contracts/kv/queue';

/** The tickets of one business by their number. */
export type Queue = ReadonlyMap<number, Ticket>;

export const emptyQueue: Queue = new Map();

/** How many may wait: ten for every line, so that the last one still has a chance within reason. */
export function mostWaiting(maxLines: number): number {
  return Math.min(200, maxLines * 10);
}

/** Callers who still wait, whether or not before this one. */
export function waiting(queue: Queue, now: Temporal.Instant): number {
  return [...queue.values()].filter((ticket) => isLive(ticket, now)).length;
}

/** Callers who still wait and came before this one. */
export function ahead(queue: Queue, seq: number, now: Temporal.Instant): number {
  return [...queue].filter(([other, ticket]) => other < seq && isLive(ticket, now)).length;
}

/** With this many free lines, those before this caller leave one over. */
export function isNext(queue: Queue, seq: number, freeLines: number, now: Temporal.Instant): boolean {
  return ahead(queue, seq, now) < freeLines;
}

export function seqOfCall(queue: Queue, callSid: string): number | undefined {
  return [...queue].find(([, ticket]) => ticket.callSid === callSid)?.[0];
}

function isLive({ renewedAt }: Ticket, now: Temporal.Instant): boolean {
  return now.since(renewedAt).total('milliseconds') <= TICKET_STALE_AFTER_MS;
}
