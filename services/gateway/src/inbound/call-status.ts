/**
 * Twilio's word on how a call leg is doing. Terminal states become `call.completed`; 2xx is answered only after the
 * event is stored, so that Twilio repeats what a gateway that dies would lose.
 */
import { callCompleted } from '@frontdesk/contracts/events/call';
import { WireError } from '@frontdesk/contracts/wire-error';
import { withCall, withSpan } from '@frontdesk/observability';
import { parseCallStatus } from '@frontdesk/telephony';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { seqOfCall } from '../domain/hold-queue.ts';
import { CALL_STATUS_PATH } from '../domain/urls.ts';
import { signedWebhook } from './signed-webhook.ts';

export function serveCallStatus(http: FastifyInstance, context: Context): void {
  http.post(
    CALL_STATUS_PATH,
    signedWebhook(context, 'call-status', async ({ params, entry }, _request, reply) => {
      const parsed = parseCallStatus(params);
      if (!parsed.ok) {
        context.events.webhookAnswered('call-status', 'malformed');
        context.log.error({ reason: parsed.reason }, 'signed status callback cannot be read');
        return reply.code(400).type('text/plain').send(parsed.reason);
      }
      const { callback } = parsed;
      const final = callCompleted.data.shape.status.safeParse(callback.status);
      if (!entry || !final.success) {
        context.events.webhookAnswered('call-status', entry ? callback.status : 'unknown_number');
        return reply.code(204).send();
      }
      try {
        await withCall(callback.callSid, () =>
          withSpan('gateway call-status', {}, () =>
            context.events.completed(entry.businessId, callback.sequenceNumber ?? 0, {
              callSid: callback.callSid,
              direction: callback.direction,
              from: callback.from,
              to: callback.to,
              status: final.data,
              durationSeconds: callback.durationSeconds ?? 0,
              at: (callback.at ?? context.clock.now()).toString(),
            }),
          ),
        );
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        context.events.webhookAnswered('call-status', 'not_stored');
        return reply.code(503).type('text/plain').send('not stored, please repeat');
      }
      const call = { businessId: entry.businessId, callSid: callback.callSid };
      void tellBridge(context, call);
      await leaveQueue(context, call);
      return reply.code(204).send();
    }),
  );
}

interface EndedCall {
  businessId: string;
  callSid: string;
}

/** A bridge whose stream was lost does not know that nobody will come back to it. */
async function tellBridge({ records, bridges, log }: Context, call: EndedCall): Promise<void> {
  try {
    const head = await records.head(call.callSid);
    if (head === undefined || head === 'over' || head.businessId !== call.businessId) return;
    if (head.phase === 'reserved' || head.phase === 'talking') bridges.callOver(head.owner, call);
  } catch (error) {
    log.info({ err: error }, 'nobody knows which bridge has the call that is over');
  }
}

/** A caller who hung up on hold does not keep the others waiting. */
async function leaveQueue({ queue, log }: Context, { businessId, callSid }: EndedCall): Promise<void> {
  const seq = seqOfCall(queue.of(businessId), callSid);
  if (seq === undefined) return;
  await queue.leave(businessId, seq).catch((error: unknown) => {
    log.warn({ err: error }, 'a ticket was not given back');
  });
}
