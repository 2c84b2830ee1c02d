/**
 * Twilio's word on how a call leg is doing. Terminal states become `call.completed`; 2xx is answered only after the
 * event is stored, so that Twilio repeats what we could not keep.
 */
import { WireError } from '@frontdesk/contracts/wire-error';
import { withCall, withSpan } from '@frontdesk/observability';
import { parseCallStatus } from '@frontdesk/telephony';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { CALL_STATUS_PATH } from '../domain/urls.ts';
import { signedWebhook } from './signed-webhook.ts';

export function serveCallStatus(http: FastifyInstance, context: Context): void {
  http.post(
    CALL_STATUS_PATH,
    signedWebhook(context, 'call-status', async ({ params, entry }, _request, reply) => {
      const status = parseCallStatus(params);
      if (!entry || !status.terminal) {
        context.events.webhookAnswered('call-status', status.terminal ? 'unknown_number' : status.status);
        return reply.code(204).send();
      }
      const { terminal } = status;
      try {
        await withCall(status.callSid, () =>
          withSpan('gateway call-status', {}, () =>
            context.events.completed(entry.businessId, status.sequenceNumber, {
              callSid: status.callSid,
              direction: status.direction,
              from: status.from,
              to: status.to,
              status: terminal,
              durationSeconds: status.durationSeconds,
              at: context.clock.now().toString(),
            }),
          ),
        );
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        context.events.webhookAnswered('call-status', 'not_stored');
        return reply.code(503).type('text/plain').send('not stored, please repeat');
      }
      return reply.code(204).send();
    }),
  );
}
