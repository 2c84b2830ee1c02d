/**
 * It rings: signature → directory → admission → reservation → TwiML. Whatever goes wrong, the caller gets TwiML with
 * something said, never an HTTP error that Twilio would turn into "an application error has occurred".
 */
import { randomBytes } from 'node:crypto';
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';
import { ROUTE_TOKEN_TTL_MS } from '@frontdesk/contracts/media-bridge/route-token';
import { WireError } from '@frontdesk/contracts/wire-error';
import { withCall, withSpan } from '@frontdesk/observability';
import { connectStreamTwiml, parseVoiceWebhook, sayAndHangupTwiml, type VoiceWebhook } from '@frontdesk/telephony';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { CALL_TOKEN_TTL_MS } from '../domain/call-token.ts';
import { createRecentAnswers } from '../domain/recent-answers.ts';
import { continueUrl, INCOMING_PATH, streamUrl } from '../domain/urls.ts';
import { signedWebhook } from './signed-webhook.ts';

const UNKNOWN_NUMBER = 'We are sorry, this number is not in service. Please check the number and call again. Goodbye.';
const ALL_LINES_BUSY =
  'Thank you for calling. All our lines are busy right now. Please call again in a few minutes. Goodbye.';
const NOT_AVAILABLE = 'We are sorry, we cannot take your call right now. Please call again in a few minutes. Goodbye.';

export function serveIncomingCall(http: FastifyInstance, context: Context): void {
  const recent = createRecentAnswers();
  http.post(
    INCOMING_PATH,
    signedWebhook(context, 'incoming', async ({ params, entry }, _request, reply) => {
      const startedAtMs = context.clock.monotonicMs();
      const parsed = parseVoiceWebhook(params);
      if (!parsed.ok) {
        context.events.webhookAnswered('incoming', 'malformed');
        context.log.error({ reason: parsed.reason }, 'signed webhook cannot be read');
        return reply.type('text/xml').send(sayAndHangupTwiml(NOT_AVAILABLE));
      }
      const { webhook } = parsed;
      // All of it: a CallSid is no secret, and its answer holds tokens that only this number's business may see.
      const key = `${entry?.businessId ?? '_'} ${webhook.to} ${webhook.callSid}`;
      const twiml = await recent.once(key, startedAtMs, () =>
        withCall(webhook.callSid, () => withSpan('gateway incoming-call', {}, () => answer(context, webhook, entry))),
      );
      context.events.callAnswered((context.clock.monotonicMs() - startedAtMs) / 1000);
      return reply.type('text/xml').send(twiml);
    }),
  );
}

async function answer(context: Context, webhook: VoiceWebhook, entry: DirectoryEntry | undefined): Promise<string> {
  if (!entry || !context.config.pools.includes(entry.pool)) {
    await context.events.unknownNumber(webhook.callSid, webhook.to);
    return sayAndHangupTwiml(UNKNOWN_NUMBER);
  }
  const call = { callSid: webhook.callSid, from: webhook.from, to: entry.number };
  try {
    const line = await context.lines.take(entry.businessId, webhook.callSid, entry.maxConcurrentCalls);
    if (line === undefined) {
      await context.events.rejected(entry.businessId, { ...call, reason: 'lines_busy' });
      return sayAndHangupTwiml(ALL_LINES_BUSY);
    }
    const twiml = await connect(context, webhook, entry, line);
    if (twiml) return twiml;
    await context.lines.release(entry.businessId, line);
    await context.events.rejected(entry.businessId, { ...call, reason: 'no_bridge' });
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    context.log.error({ err: error }, 'call cannot be placed');
    await context.events.rejected(entry.businessId, { ...call, reason: 'nats_down' });
  }
  return sayAndHangupTwiml(NOT_AVAILABLE);
}

/** Reserves a bridge and points Twilio at it; nothing when no bridge takes the call. */
async function connect(
  context: Context,
  webhook: VoiceWebhook,
  entry: DirectoryEntry,
  line: number,
): Promise<string | undefined> {
  const { callSid } = webhook;
  const { businessId } = entry;
  const reservationId = randomBytes(16).toString('hex');
  const owner = await context.bridges.reserve({
    businessId,
    callSid,
    reservationId,
    pool: entry.pool,
    direction: 'inbound',
    from: webhook.from,
    to: entry.number,
    attestation: webhook.attestation,
    twilioAccountSid: entry.twilio.accountSid,
    profile: entry.profile,
    line,
  });
  if (!owner) return undefined;
  const now = context.clock.now();
  const route = context.routeTokens.sign({ callSid, businessId, reservationId, ...owner }, ROUTE_TOKEN_TTL_MS, now);
  const resume = context.callTokens.sign({ callSid, businessId, ...owner }, CALL_TOKEN_TTL_MS, now);
  context.events.webhookAnswered('incoming', 'connected');
  return connectStreamTwiml({
    streamUrl: streamUrl(context.config.publicUrl, businessId, route),
    continueUrl: continueUrl(context.config.publicUrl, resume),
  });
}
