/** One function per thing the gateway reports: the event, its counter and its log line cannot drift apart. */
import { callCompleted, callRejected } from '@frontdesk/contracts/events/call';
import { numberUnknown } from '@frontdesk/contracts/events/number';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger, Metrics } from '@frontdesk/observability';
import type { z } from 'zod';

export function createEvents(messaging: Messaging, metrics: Metrics, log: Logger, clock: Clock) {
  const webhooks = metrics.counter('webhooks_total', 'Twilio webhooks by kind and what became of them', [
    'kind',
    'result',
  ]);
  const sockets = metrics.counter('media_sockets_total', 'Media sockets by what became of them', ['result']);
  const splices = metrics.gauge('media_sockets_active', 'Media sockets spliced right now');
  const answer = metrics.histogram(
    'webhook_to_twiml_seconds',
    'From an incoming-call webhook to its TwiML',
    [0.005, 0.01, 0.015, 0.025, 0.06, 0.1, 0.25, 0.5, 1, 5],
  );

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

    /** Nobody's number was rung. For the operator; the caller hears an apology whether or not this gets through. */
    async unknownNumber(callSid: string, to: string) {
      webhooks.inc({ kind: 'incoming', result: 'unknown_number' });
      log.warn('a number that belongs to no business was called');
      await bestEffort('number.unknown', () =>
        messaging.publishEvent(numberUnknown, {
          id: `${callSid}:unknown-number`,
          businessId: NO_BUSINESS,
          subject: callSid,
          sequence: 0,
          time: clock.now(),
          data: { callSid, to, at: clock.now().toString() },
        }),
      );
    },

    /** The business's caller could not be put through. */
    async rejected(businessId: string, data: Omit<z.input<typeof callRejected.data>, 'at'>) {
      webhooks.inc({ kind: 'incoming', result: data.reason });
      log.warn({ reason: data.reason }, 'call not put through');
      await bestEffort('call.rejected', () =>
        messaging.publishEvent(callRejected, {
          id: `${data.callSid}:rejected`,
          businessId,
          subject: data.callSid,
          sequence: 0,
          time: clock.now(),
          data: { ...data, at: clock.now().toString() },
        }),
      );
    },

    /** Throws when the event could not be stored: Twilio is then told to repeat its callback. */
    async completed(businessId: string, sequence: number, data: z.input<typeof callCompleted.data>) {
      await messaging.publishEvent(callCompleted, {
        id: `${data.callSid}:completed`,
        businessId,
        subject: data.callSid,
        sequence,
        time: clock.now(),
        data,
      });
      webhooks.inc({ kind: 'call-status', result: data.status });
    },
  };

  async function bestEffort(event: string, publish: () => Promise<void>): Promise<void> {
    try {
      await publish();
    } catch (error) {
      log.error({ err: error, event }, 'event lost');
    }
  }
}
export type Events = ReturnType<typeof createEvents>;
