/**
 * The media stream has closed and Twilio asks what comes next. The owner of the call knows: it is asked over HTTP, so
 * that a normal goodbye works while NATS is down.
 */
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import { withCall, withSpan } from '@frontdesk/observability';
import { hangupTwiml, sayAndHangupTwiml } from '@frontdesk/telephony';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { CallToken } from '../domain/call-token.ts';
import { CONTINUE_PATH } from '../domain/urls.ts';
import { signedWebhook } from './signed-webhook.ts';

const CUT_OFF = 'We are sorry, we were cut off. Please call again. Goodbye.';
const pathParams = z.object({ callToken: z.string() });

export function serveContinueCall(http: FastifyInstance, context: Context): void {
  http.post(
    `${CONTINUE_PATH}/:callToken`,
    signedWebhook(context, 'continue', async ({ params, entry }, request, reply) => {
      const verified = context.callTokens.verify(pathParams.parse(request.params).callToken, context.clock.now());
      if (!verified.ok || !isAbout(verified.payload, params.CallSid, entry?.businessId)) {
        context.events.webhookAnswered('continue', verified.ok ? 'token_of_another_call' : verified.reason);
        return reply.type('text/xml').send(hangupTwiml());
      }
      const { callSid, ...owner } = verified.payload;
      const next = await withCall(callSid, () =>
        withSpan('gateway continue-call', {}, () => context.bridges.nextStep(owner, callSid)),
      );
      context.events.webhookAnswered('continue', next === 'gone' ? 'gone' : next.kind);
      return reply.type('text/xml').send(twimlFor(next));
    }),
  );
}

/** A token is good for its own call only, whoever's webhook brings it. */
function isAbout(token: CallToken, callSid: unknown, businessId: string | undefined): boolean {
  return token.callSid === callSid && token.businessId === businessId;
}

function twimlFor(next: NextStep | 'gone'): string {
  if (next === 'gone') return sayAndHangupTwiml(CUT_OFF);
  switch (next.kind) {
    case 'hangup':
      return hangupTwiml();
    default:
      return next.kind satisfies never;
  }
}
