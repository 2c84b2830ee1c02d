/** One function per thing the gateway reports: the event, its counter and its log line cannot drift apart. */
import type { EventContract, NewEvent } from '@frontdesk/contracts/event';
import { callCompleted, callRejected } from '@frontdesk/contracts/events/call';
import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { numberUnknown } from '@frontdesk/contracts/events/number';
import { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger, Metrics } from '@frontdesk/observability';
import type { z } from 'zod';
import { createLateEvents } from './outbound/call-events/late-events.ts';

/** No caller waits for an event. It is tried for this long behind their back, and no more of them than this wait. */
const LATER_WITHIN_MS = 60_000;
/**
 * What nobody else knows: a message, a promise, the end of a call. Twilio repeats its callback for 15 s and never again,
 * and NATS may be away for longer.
 */
const UNTOLD_WITHIN_MS = 15 * 60_000;
const MOST_LATER = 1_000;

export function createEvents(messaging: Messaging, metrics: Metrics, log: Logger, clock: Clock) {
  const webhooks = metrics.counter('webhooks_total', 'Twilio webhooks by kind and what became of them', [
    'kind',
    'result',
  ]);
  const sockets = metrics.counter('media_sockets_total', 'Media sockets by what became of them', ['result']);
  const splices = metrics.gauge('media_sockets_active', 'Media sockets spliced right now');
  const moved = metrics.counter('calls_moved_total', 'Calls whose owner was gone, by what became of them', ['result']);
  const answer = metrics.histogram(
    'webhook_to_twiml_seconds',
    'From an incoming-call webhook to its TwiML',
    [0.005, 0.01, 0.015, 0.025, 0.06, 0.1, 0.25, 0.5, 1, 5],
  );
  const later = createLateEvents({ messaging, log, withinMs: LATER_WITHIN_MS, most: MOST_LATER });
  // Apart, so that callers who are turned away in an outage do not crowd out the messages of others.
  const untold = createLateEvents({ messaging, log, withinMs: UNTOLD_WITHIN_MS, most: MOST_LATER });

  return {
    webhookAnswered: (kind: string, result: string) => webhooks.inc({ kind, result }),
    callAnswered: (seconds: number) => answer.observe(seconds),
    socketRefused(reason: string) {
      sockets.inc({ result: reason });
      log.warn({ reason }, 'media socket refused');
    },
    socketOpened() {
      sockets.inc({ result: 'spliced' });
      splices.inc();
    },
    socketClosed: () => splices.dec(),
    callMoved(result: string) {
      moved.inc({ result });
      log.warn({ event: 'call_moved', result }, 'the owner of a call is gone');
    },

    /** Nobody's number was rung. For the operator; the caller hears an apology whether or not this gets through. */
    unknownNumber(callSid: string, to: string) {
      webhooks.inc({ kind: 'incoming', result: 'unknown_number' });
      log.warn('a number that belongs to no business was called');
      later.publish(numberUnknown, newEvent(NO_BUSINESS, 'unknown-number', { callSid, to, at: now() }));
    },

    /** The business's caller could not be put through. */
    rejected(businessId: string, data: Omit<z.input<typeof callRejected.data>, 'at'>) {
      webhooks.inc({ kind: 'incoming', result: data.reason });
      log.warn({ reason: data.reason }, 'call not put through');
      later.publish(callRejected, newEvent(businessId, 'rejected', { ...data, at: now() }));
    },

    /** Promised whether or not NATS is there at this moment. */
    callbackPromised(businessId: string, data: Omit<z.input<typeof callbackRequested.data>, 'at'>) {
      webhooks.inc({ kind: 'callback', result: data.reason });
      untold.publish(callbackRequested, newEvent(businessId, 'callback', { ...data, at: now() }));
    },

    /** Throws when the event could not be stored yet: Twilio is then told to repeat its callback. */
    async voicemailReceived(businessId: string, data: Omit<z.input<typeof voicemailReceived.data>, 'at'>) {
      const event = newEvent(businessId, `voicemail:${data.recordingSid}`, { ...data, at: now() });
      await storeOrKeep(voicemailReceived, event);
      webhooks.inc({ kind: 'recording', result: 'stored' });
    },

    /** Throws when the event could not be stored yet: Twilio is then told to repeat its callback. */
    async completed(businessId: string, sequence: number, data: z.input<typeof callCompleted.data>) {
      await storeOrKeep(callCompleted, { ...newEvent(businessId, 'completed', data), sequence });
      webhooks.inc({ kind: 'call-status', result: data.status });
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([later[Symbol.asyncDispose](), untold[Symbol.asyncDispose]()]);
    },
  };

  function now(): string {
    return clock.now().toString();
  }

  function newEvent<Data extends { callSid: string }>(businessId: string, what: string, data: Data): NewEvent<Data> {
    return { id: `${data.callSid}:${what}`, businessId, subject: data.callSid, sequence: 0, time: clock.now(), data };
  }

  /** What cannot be stored now is kept here as well: the repeated callback has the same id, so it stays one event. */
  async function storeOrKeep<Data extends z.ZodType>(
    contract: EventContract<Data>,
    event: NewEvent<z.input<Data>>,
  ): Promise<void> {
    try {
      await messaging.publishEvent(contract, event);
    } catch (error) {
      untold.publish(contract, event);
      throw error;
    }
  }
}
export type Events = ReturnType<typeof createEvents>;
