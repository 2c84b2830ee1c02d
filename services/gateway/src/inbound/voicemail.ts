/** After a person was rung, after a message was left, and when Twilio has stored it. */
import { WireError } from '@frontdesk/contracts/wire-error';
import { withCall, withSpan } from '@frontdesk/observability';
import { hangupTwiml, parseVoiceWebhook, sayAndHangupTwiml } from '@frontdesk/telephony';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { RECORDED, VOICEMAIL } from '../domain/spoken.ts';
import { DIALED_PATH, RECORDED_PATH, RECORDING_STORED_PATH } from '../domain/urls.ts';
import { messageTwiml } from './fall-back.ts';
import { signedWebhook, spokenWebhook } from './signed-webhook.ts';

const pathParams = z.object({ recordingToken: z.string() });

/** What Twilio says of a recording; it names neither the caller nor the number called. */
const recording = z.object({
  CallSid: z.string(),
  RecordingSid: z.string(),
  RecordingUrl: z.url(),
  RecordingStatus: z.string(),
  RecordingDuration: z.coerce.number().int().min(0).catch(0),
});

export function serveVoicemail(http: FastifyInstance, context: Context): void {
  http.post(
    DIALED_PATH,
    spokenWebhook(context, 'dialed', async ({ params, entry }) => {
      const parsed = parseVoiceWebhook(params);
      const result = String(params.DialCallStatus ?? 'unknown');
      context.events.webhookAnswered('dialed', parsed.ok ? result : 'malformed');
      if (!parsed.ok || !entry || result === 'completed') return hangupTwiml();
      return messageTwiml(context, { entry, ...parsed.webhook }, VOICEMAIL);
    }),
  );

  http.post(
    RECORDED_PATH,
    spokenWebhook(context, 'recorded', async () => {
      context.events.webhookAnswered('recorded', 'thanked');
      return sayAndHangupTwiml(RECORDED);
    }),
  );

  http.post(
    `${RECORDING_STORED_PATH}/:recordingToken`,
    signedWebhook(
      context,
      'recording',
      async ({ params }, request, reply) => {
        const token = tokenOf(context, request);
        const told = recording.safeParse(params);
        if (!token || !told.success || told.data.CallSid !== token.callSid) {
          context.events.webhookAnswered('recording', 'malformed');
          return reply.code(400).type('text/plain').send('not a recording of this call');
        }
        const { data } = told;
        if (data.RecordingStatus !== 'completed') {
          context.events.webhookAnswered('recording', data.RecordingStatus);
          return reply.code(204).send();
        }
        const { callSid, businessId, to, fromSealed } = token;
        const from = fromSealed === undefined ? null : context.keyRing.decrypt(fromSealed, callSid);
        const { RecordingSid: recordingSid, RecordingUrl: recordingUrl, RecordingDuration: durationSeconds } = data;
        const message = { callSid, from, to, recordingSid, recordingUrl, durationSeconds };
        try {
          await withCall(callSid, () =>
            withSpan('gateway voicemail', {}, () => context.events.voicemailReceived(businessId, message)),
          );
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
          context.events.webhookAnswered('recording', 'not_stored');
          return reply.code(503).type('text/plain').send('not stored, please repeat');
        }
        return reply.code(204).send();
      },
      (request) => {
        const token = tokenOf(context, request);
        return token && context.directory.byBusiness(token.businessId);
      },
    ),
  );
}

function tokenOf(context: Context, request: FastifyRequest) {
  const verified = context.recordingTokens.verify(pathParams.parse(request.params).recordingToken, context.clock.now());
  return verified.ok ? verified.payload : undefined;
}
