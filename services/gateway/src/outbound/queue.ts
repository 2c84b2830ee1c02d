/**
 * The tickets of callers on hold. Mirrored in memory, so that a caller who is not kept waiting costs no request; written
 * by creates that only one gateway can win, so that no two callers have the same place.
 */
import { queue, seqOfTicketKey, type Ticket, ticketKey } from '@frontdesk/contracts/kv/queue';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Messaging } from '@frontdesk/messaging';
import { emptyQueue, type Queue, seqOfCall } from '../domain/hold-queue.ts';

export interface HoldQueue extends AsyncDisposable {
  of(businessId: string): Queue;
  /** The caller's place, the same one for a call that has one. @throws WireError */
  join(businessId: string, callSid: string, now: Temporal.Instant): Promise<number>;
  /** Keeps the place; takes it again when it has expired. @throws WireError */
  renew(businessId: string, seq: number, ticket: Ticket): Promise<void>;
  /** @throws WireError */
  leave(businessId: string, seq: number): Promise<void>;
}

/** Simultaneous arrivals at as many gateways. */
const TRIES = 50;

export async function createHoldQueue(messaging: Messaging): Promise<HoldQueue> {
  const bucket = await messaging.bucket(queue);
  const queues = new Map<string, Map<number, Ticket>>();
  /** The highest place ever given, as far as we know: a place that has become free is not given again. */
  const highest = new Map<string, number>();

  function see(businessId: string, seq: number, ticket: Ticket | undefined): void {
    const tickets = queues.get(businessId) ?? new Map<number, Ticket>();
    if (ticket) tickets.set(seq, ticket);
    else tickets.delete(seq);
    if (tickets.size > 0) queues.set(businessId, tickets);
    else queues.delete(businessId);
    highest.set(businessId, Math.max(seq, highest.get(businessId) ?? 0));
  }

  /** The bucket does not report what it forgets by itself. */
  function forgetExpired(businessId: string, now: Temporal.Instant): void {
    for (const [seq, { renewedAt }] of queues.get(businessId) ?? emptyQueue) {
      if (now.since(renewedAt).total('milliseconds') > queue.ttlMs) see(businessId, seq, undefined);
    }
  }

  const watch = await bucket.watch((key, ticket) => {
    see(key.slice(0, key.indexOf('.')), seqOfTicketKey(key), ticket);
  });

  return {
    of: (businessId) => queues.get(businessId) ?? emptyQueue,
    async join(businessId, callSid, now) {
      forgetExpired(businessId, now);
      const earlier = seqOfCall(queues.get(businessId) ?? emptyQueue, callSid);
      if (earlier !== undefined) return earlier;
      const ticket = { version: 1 as const, callSid, joinedAt: now.toString(), renewedAt: now.toString() };
      for (let tries = 0; tries < TRIES; tries += 1) {
        const seq = (highest.get(businessId) ?? 0) + 1;
        // Known to be taken from now on, by us or by whoever was quicker.
        highest.set(businessId, seq);
        if ((await bucket.create(ticketKey(businessId, seq), ticket)) === undefined) continue;
        see(businessId, seq, ticket);
        return seq;
      }
      throw new WireError('unavailable', 'no place in the queue could be taken');
    },
    async renew(businessId, seq, ticket) {
      await bucket.put(ticketKey(businessId, seq), ticket);
      see(businessId, seq, ticket);
    },
    async leave(businessId, seq) {
      see(businessId, seq, undefined);
      await bucket.delete(ticketKey(businessId, seq));
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}
