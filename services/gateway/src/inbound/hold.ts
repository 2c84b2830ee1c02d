/**
 * Waiting for a line: every few seconds Twilio asks again, and whoever is next gets the line that has become free. The
 * caller hears where they stand, and may ask to be called back or leave a message instead.
 *
 * The place is a ticket in KV, the URL names it: any replica can answer the next round, and one that dies costs nobody
 * their place.
 */
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';
import { WireError } from '@frontdesk/contracts/wire-error';
import { withCall, withSpan } from '@frontdesk/observability';
import { hangupTwiml, holdTwiml, parseVoiceWebhook, sayAndHangupTwiml } from '@frontdesk/telephony';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { HOLD_TOKEN_TTL_MS, type HoldToken } from '../domain/call-token.ts';
import { ahead, isNext, mostWaiting, waiting } from '../domain/hold-queue.ts';
import { CALLBACK_PROMISED, onHold, QUEUE_FULL, VOICEMAIL, WAITED_LONG } from '../domain/spoken.ts';
import { HOLD_PATH, holdUrl } from '../domain/urls.ts';
import { connectCall, type IncomingLeg } from './connect-call.ts';
import { messageTwiml } from './fall-back.ts';
import { spokenWebhook } from './signed-webhook.ts';

const pathParams = z.object({ holdToken: z.string() });
const PAUSE_SECONDS = 2;
const CALL_BACK_KEY = '1';
const MESSAGE_KEY = '2';

type Arrival = Omit<IncomingLeg, 'line'>;
interface Round extends Arrival {
  token: HoldToken;
}

/** The first round. @throws WireError */
export async function putOnHold(context: Context, arrival: Arrival): Promise<string> {
  const { entry, callSid, from, attestation } = arrival;
  const { businessId } = entry;
  const now = context.clock.now();
  if (waiting(context.queue.of(businessId), now) >= mostWaiting(entry.maxConcurrentCalls)) {
    context.events.rejected(businessId, { callSid, from, to: entry.number, reason: 'lines_busy' });
    return sayAndHangupTwiml(QUEUE_FULL);
  }
  const seq = await context.queue.join(businessId, callSid, now);
  context.events.webhookAnswered('incoming', 'on_hold');
  const token = { callSid, businessId, seq, joinedAtMs: now.epochMilliseconds, round: 0, attestation };
  return stay(context, { ...arrival, token });
}

export function serveHold(http: FastifyInstance, context: Context): void {
  http.post(
    `${HOLD_PATH}/:holdToken`,
    spokenWebhook(context, 'hold', async ({ params, entry }, request) => {
      const verified = context.holdTokens.verify(pathParams.parse(request.params).holdToken, context.clock.now());
      const parsed = parseVoiceWebhook(params);
      const refusal = refusalOf(verified, parsed, entry);
      if (!verified.ok || !parsed.ok || !entry || refusal) {
        context.events.webhookAnswered('hold', refusal ?? 'unknown_number');
        return hangupTwiml();
      }
      const token = verified.payload;
      const { callSid, from } = parsed.webhook;
      const round = { entry, callSid, from, attestation: token.attestation, token };
      return await withCall(callSid, () =>
        withSpan('gateway hold', { round: token.round }, () => nextRound(context, round, params.Digits)),
      );
    }),
  );
}

function refusalOf(
  verified: ReturnType<Context['holdTokens']['verify']>,
  parsed: ReturnType<typeof parseVoiceWebhook>,
  entry: DirectoryEntry | undefined,
): string | undefined {
  if (!verified.ok) return verified.reason;
  if (!parsed.ok) return 'malformed';
  const { callSid, businessId } = verified.payload;
  return callSid === parsed.webhook.callSid && businessId === entry?.businessId ? undefined : 'token_of_another_call';
}

async function nextRound(context: Context, round: Round, key: unknown): Promise<string> {
  const { entry, callSid, from, token } = round;
  const { businessId } = entry;
  if (key === CALL_BACK_KEY && from !== null) {
    context.events.callbackPromised(businessId, { callSid, from, to: entry.number, reason: 'on_hold' });
    await leave(context, round);
    return sayAndHangupTwiml(CALLBACK_PROMISED);
  }
  if (key === MESSAGE_KEY) {
    context.events.webhookAnswered('hold', 'voicemail');
    await leave(context, round);
    return messageTwiml(context, round, VOICEMAIL);
  }
  if (context.clock.now().epochMilliseconds - token.joinedAtMs > context.config.holdMostMs) {
    context.events.rejected(businessId, { callSid, from, to: entry.number, reason: 'lines_busy' });
    await leave(context, round);
    return messageTwiml(context, round, WAITED_LONG);
  }
  try {
    return (
      (await serve(context, round)) ?? (await stay(context, { ...round, token: { ...token, round: token.round + 1 } }))
    );
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    // Nobody can be asked at this moment; the place is kept until that is over or the caller has waited long enough.
    context.log.warn({ err: error }, 'a caller on hold cannot be served right now');
    return waitTwiml(context, { ...round, token: { ...token, round: token.round + 1 } });
  }
}

/** @returns the way to the receptionist, when this caller is next and there is a line and a bridge */
async function serve(context: Context, round: Round): Promise<string | undefined> {
  const { entry, callSid, token } = round;
  const { businessId, maxConcurrentCalls } = entry;
  const now = context.clock.now();
  // As it is before the lines are counted: whoever takes one meanwhile still waits in it, so nobody is overtaken.
  const queue = new Map(context.queue.of(businessId));
  const isFirst = ahead(queue, token.seq, now) === 0;
  const free = isFirst ? 1 : maxConcurrentCalls - (await context.lines.busy(businessId));
  if (!isNext(queue, token.seq, free, now)) return undefined;
  const taken = await context.lines.take(businessId, callSid, maxConcurrentCalls);
  if (!taken) return undefined;
  // A call that has its line already was connected by an earlier try of this very request: the same bridge again.
  const head = taken.held ? await context.records.head(callSid) : undefined;
  if (head === 'over') return hangupTwiml();
  const how = head ? { mode: 'resume' as const, epoch: head.epoch, first: head.owner } : { mode: 'new' as const };
  const connected = await connectCall(context, { ...round, line: taken.line }, how);
  if (connected.kind !== 'connected') {
    if (!taken.held) await context.lines.release(businessId, callSid, taken.line);
    return undefined;
  }
  context.events.webhookAnswered('hold', 'connected');
  await leave(context, round);
  return connected.twiml;
}

async function stay(context: Context, round: Round): Promise<string> {
  const { token, callSid } = round;
  const now = context.clock.now();
  await context.queue.renew(token.businessId, token.seq, {
    version: 1,
    callSid,
    joinedAt: Temporal.Instant.fromEpochMilliseconds(token.joinedAtMs).toString(),
    renewedAt: now.toString(),
  });
  return waitTwiml(context, round);
}

function waitTwiml(context: Context, { token, from }: Round): string {
  const now = context.clock.now();
  const position = ahead(context.queue.of(token.businessId), token.seq, now) + 1;
  const pollUrl = holdUrl(context.config.publicUrl, context.holdTokens.sign(token, HOLD_TOKEN_TTL_MS, now));
  return holdTwiml({ text: onHold(position, token.round, from !== null), pauseSeconds: PAUSE_SECONDS, pollUrl });
}

/** A ticket that cannot be deleted now is passed over soon and expires. */
async function leave(context: Context, { token }: Round): Promise<void> {
  await context.queue.leave(token.businessId, token.seq).catch((error: unknown) => {
    context.log.warn({ err: error }, 'a ticket was not given back');
  });
}
