/**
 * It rings: signature → directory → admission → reservation → TwiML. Whatever goes wrong, the caller gets TwiML with
 * something said, never an HTTP error that Twilio would turn into "an application error has occurred".
 *
 * A webhook that Twilio repeats, at this replica or at another, must not make a second conversation: the call's record
 * names the bridge that has it, and the answer leads there again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CallHead } from '@frontdesk/contracts/kv/calls';
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';
import { WireError } from '@frontdesk/contracts/wire-error';
import { withCall, withSpan } from '@frontdesk/observability';
import { hangupTwiml, parseVoiceWebhook, sayAndHangupTwiml, type VoiceWebhook } from '@frontdesk/telephony';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { waiting } from '../domain/hold-queue.ts';
import { createRecentAnswers } from '../domain/recent-answers.ts';
import { NOT_AVAILABLE, TOO_MANY_CALLS, UNKNOWN_NUMBER, VOICEMAIL } from '../domain/spoken.ts';
import { INCOMING_PATH } from '../domain/urls.ts';
import { type Connected, connectCall, type IncomingLeg } from './connect-call.ts';
import { fallBack } from './fall-back.ts';
import { putOnHold } from './hold.ts';
import { spokenWebhook } from './signed-webhook.ts';

export function serveIncomingCall(http: FastifyInstance, context: Context): void {
  const recent = createRecentAnswers();
  http.post(
    INCOMING_PATH,
    spokenWebhook(context, 'incoming', async ({ params, entry }) => {
      const startedAtMs = context.clock.monotonicMs();
      const parsed = parseVoiceWebhook(params);
      if (!parsed.ok) {
        context.events.webhookAnswered('incoming', 'malformed');
        context.log.error({ reason: parsed.reason }, 'signed webhook cannot be read');
        return sayAndHangupTwiml(NOT_AVAILABLE);
      }
      const { webhook } = parsed;
      // All of it: a CallSid is no secret, and its answer holds tokens that only this number's business may see.
      const key = `${entry?.businessId ?? '_'} ${webhook.to} ${webhook.callSid}`;
      const twiml = await recent.once(key, startedAtMs, () =>
        withCall(webhook.callSid, () => withSpan('gateway incoming-call', {}, () => answer(context, webhook, entry))),
      );
      context.events.callAnswered((context.clock.monotonicMs() - startedAtMs) / 1000);
      return twiml;
    }),
  );
}

async function answer(context: Context, webhook: VoiceWebhook, entry: DirectoryEntry | undefined): Promise<string> {
  const { callSid, from, attestation } = webhook;
  if (!entry || !context.config.pools.includes(entry.pool)) {
    context.events.unknownNumber(callSid, webhook.to);
    return sayAndHangupTwiml(UNKNOWN_NUMBER);
  }
  const { businessId } = entry;
  const party = { callSid, from, to: entry.number };
  if (context.flood.isFlooding(businessId, from, callSid, context.clock.monotonicMs())) {
    context.events.rejected(businessId, { ...party, reason: 'caller_flooding' });
    return sayAndHangupTwiml(TOO_MANY_CALLS);
  }
  try {
    return await admit(context, { entry, callSid, from, attestation });
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    context.log.error({ err: error }, 'call cannot be placed');
    // Nobody knows whether it got its line.
    context.lineReturns.later(businessId, callSid);
    context.events.rejected(businessId, { ...party, reason: 'nats_down' });
    // Without NATS nobody learns of a callback in time, but Twilio keeps a message.
    const { fallback } = entry.profile;
    return fallBack(
      context,
      { entry, callSid, from },
      fallback.kind === 'human' ? fallback : { kind: 'voicemail' },
      VOICEMAIL,
    );
  }
}

type Arrival = Omit<IncomingLeg, 'line'>;

async function admit(context: Context, arrival: Arrival): Promise<string> {
  const { entry, callSid } = arrival;
  const { businessId } = entry;
  // Whoever has just come does not overtake those who wait.
  const mayTake = waiting(context.queue.of(businessId), context.clock.now()) === 0;
  const [head, taken] = await Promise.all([
    context.records.head(callSid),
    mayTake ? context.lines.take(businessId, callSid, entry.maxConcurrentCalls) : undefined,
  ]);
  const known = head ?? (taken?.held ? await headBeingWritten(context, callSid) : undefined);
  if (known) return again(context, arrival, known, taken?.held === false ? taken.line : undefined);
  if (!taken) return putOnHold(context, arrival);
  const connected = await onLine(context, arrival, taken.line);
  if (connected.kind === 'connected') {
    context.events.webhookAnswered('incoming', 'connected');
    return connected.twiml;
  }
  if (connected.kind === 'full') return putOnHold(context, arrival);
  context.events.rejected(businessId, { callSid, from: arrival.from, to: entry.number, reason: 'no_bridge' });
  return sayAndHangupTwiml(NOT_AVAILABLE);
}

/** Connects the call on a line that is given back when that fails, whatever the reason. */
async function onLine(context: Context, arrival: Arrival, line: number): Promise<Connected> {
  let connected: Connected | undefined;
  try {
    connected = await connectCall(context, { ...arrival, line }, { mode: 'new' });
    return connected;
  } finally {
    if (connected?.kind !== 'connected') await giveBack(context, arrival, line);
  }
}

/** What cannot be given back now is given back later, or expires. */
async function giveBack(
  { lines, lineReturns, log }: Context,
  { entry, callSid }: Arrival,
  line: number,
): Promise<void> {
  await lines.release(entry.businessId, callSid, line).catch((error: unknown) => {
    log.warn({ err: error }, 'a line was not given back');
    lineReturns.later(entry.businessId, callSid);
  });
}

const HEAD_POLL_MS = 100;
const HEAD_POLLS = 6;

/** The call has a line but no record: another replica is placing it at this moment, or failed to. */
async function headBeingWritten(context: Context, callSid: string): Promise<CallHead | 'over' | undefined> {
  for (let polls = 0; polls < HEAD_POLLS; polls += 1) {
    await delay(HEAD_POLL_MS);
    const head = await context.records.head(callSid);
    if (head) return head;
  }
  return undefined;
}

/**
 * The call was answered before: the same bridge again, or nothing when the conversation is over. When nobody can take it
 * the caller hears so, as they would at the first time.
 *
 * @param extraLine taken just now, although the call has one
 */
async function again(
  context: Context,
  arrival: Arrival,
  head: CallHead | 'over',
  extraLine: number | undefined,
): Promise<string> {
  const { callSid, entry } = arrival;
  if (extraLine !== undefined) await giveBack(context, arrival, extraLine);
  const over = head === 'over' || head.phase === 'ending' || head.phase === 'ended';
  context.events.webhookAnswered('incoming', over ? 'repeated_over' : 'repeated');
  if (over) return hangupTwiml();
  const line = (await context.lines.heldBy(entry.businessId, callSid)) ?? 0;
  const leg = { ...arrival, line };
  let connected = await connectCall(context, leg, toOwner(head));
  if (connected.kind === 'claimed_elsewhere') {
    // Somebody took it between the look at the record and the question: whoever that is, is asked once.
    const later = await headBeingWritten(context, callSid);
    connected = later && later !== 'over' ? await connectCall(context, leg, toOwner(later)) : { kind: 'call_over' };
  }
  if (connected.kind === 'connected') return connected.twiml;
  if (connected.kind === 'call_over') return hangupTwiml();
  // A call that somebody has claimed keeps its line.
  if (connected.kind !== 'claimed_elsewhere') await giveBack(context, arrival, line);
  return fallBack(context, arrival, entry.profile.fallback, VOICEMAIL);
}

function toOwner({ epoch, owner }: CallHead) {
  return { mode: 'resume' as const, epoch, first: owner };
}
