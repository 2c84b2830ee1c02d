/**
 * The media stream has closed and Twilio asks what comes next. The owner of the call knows: it is asked over HTTP, so
 * that a normal goodbye works while NATS is down. When the owner is gone the call is moved to another bridge, which
 * finds the conversation in the call's record and goes on with it.
 */
import type { CallHead, NextStep } from '@frontdesk/contracts/kv/calls';
import { WireError } from '@frontdesk/contracts/wire-error';
import { withCall, withSpan } from '@frontdesk/observability';
import { hangupTwiml, parseVoiceWebhook } from '@frontdesk/telephony';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { type CallToken, MOST_MOVES } from '../domain/call-token.ts';
import { createRecentAnswers } from '../domain/recent-answers.ts';
import { VOICEMAIL } from '../domain/spoken.ts';
import { CONTINUE_PATH } from '../domain/urls.ts';
import { type Connected, connectCall, signedContinueUrl, streamTwiml } from './connect-call.ts';
import { apologyTwiml, fallBack, messageTwiml, type Party, personTwiml } from './fall-back.ts';
import { createPatience, type Patience } from './patience.ts';
import { spokenWebhook } from './signed-webhook.ts';

const pathParams = z.object({ callToken: z.string() });
/** A call without a record this soon after it was placed lost its bridge before there was anything to remember. */
const YOUNG_MS = 30_000;
/** For all of it, from the question to the answer: Twilio waits 15 s, and nobody takes a call that it has given up. */
const ANSWER_WITHIN_MS = 8_000;
/** So often all bridges may say that they are full. A round takes up to a second and a half when they do not answer. */
const FULL_ROUNDS = 4;
/** Longer than NATS takes to be there again, as a rule; a caller who waits for it hears nothing. */
const RECONNECT_WITHIN_MS = 1_500;
const PAUSE_MS = 400;

interface Continued extends Party {
  token: CallToken;
  patience: Patience;
}

export function serveContinueCall(http: FastifyInstance, context: Context): void {
  const recent = createRecentAnswers();
  http.post(
    `${CONTINUE_PATH}/:callToken`,
    spokenWebhook(context, 'continue', async ({ params, entry }, request) => {
      const verified = context.callTokens.verify(pathParams.parse(request.params).callToken, context.clock.now());
      const parsed = parseVoiceWebhook(params);
      const ours = verified.ok && parsed.ok && entry?.businessId === verified.payload.businessId;
      if (!ours || verified.payload.callSid !== parsed.webhook.callSid) {
        context.events.webhookAnswered('continue', verified.ok ? 'token_of_another_call' : verified.reason);
        return hangupTwiml();
      }
      const { callSid, from } = parsed.webhook;
      const patience = createPatience(context.clock, ANSWER_WITHIN_MS);
      const call = { entry, callSid, from, token: verified.payload, patience };
      const work = () => withCall(callSid, () => withSpan('gateway continue-call', {}, () => next(context, call)));
      // A repeat of the same request gets the same stream; the next request of the same call gets its own answer.
      const repeat = request.headers['i-twilio-idempotency-token'];
      return typeof repeat === 'string'
        ? await recent.once(`${callSid} ${repeat}`, context.clock.monotonicMs(), work)
        : await work();
    }),
  );
}

async function next(context: Context, call: Continued): Promise<string> {
  const { token, callSid } = call;
  const owner = { podId: token.podId, address: token.address };
  const step = await context.bridges.nextStep(owner, callSid);
  if (step !== 'gone' && step !== 'not_mine') return follow(context, call, step, owner);
  if (step === 'gone') context.bridges.unreachable(owner);
  let outage: Patience | undefined;
  for (;;) {
    try {
      return await move(context, call, step);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      outage ??= createPatience(context.clock, RECONNECT_WITHIN_MS);
      const mayReturn = error.code === 'unavailable' && outage.hasRoomFor(PAUSE_MS);
      // What has become of the call meanwhile is in its record.
      if (mayReturn && (await call.patience.pause(PAUSE_MS))) continue;
      context.log.error({ err: error }, 'a call without its bridge cannot be moved');
      return giveUp(context, call, 'nats_down');
    }
  }
}

function follow(context: Context, call: Continued, step: NextStep, owner: CallHead['owner']): string {
  const { token, callSid } = call;
  context.events.webhookAnswered('continue', step.kind);
  switch (step.kind) {
    case 'hangup':
      return hangupTwiml();
    case 'stream': {
      const { reservationId } = step;
      const { businessId } = token;
      const then = signedContinueUrl(context, { ...token, ...owner });
      return streamTwiml(context, { callSid, businessId, reservationId, owner }, then);
    }
    case 'apology':
      return apologyTwiml(context, call);
    case 'human':
      return personTwiml(context, step.number);
    case 'voicemail':
      return messageTwiml(context, call, VOICEMAIL);
    default:
      return step satisfies never;
  }
}

/** The owner named in the URL does not have the call. Repeatable. @throws WireError when NATS cannot be asked */
async function move(context: Context, call: Continued, found: 'gone' | 'not_mine'): Promise<string> {
  const { token, callSid } = call;
  const head = await headOf(context, call);
  if (head === 'over') return over(context);
  if (head === undefined) {
    const isYoung = context.clock.now().epochMilliseconds - (token.placedAtMs ?? 0) < YOUNG_MS;
    if (!isYoung) return giveUp(context, call, 'no_record');
    return outcome(context, call, await connect(context, call, { mode: 'new', except: token }));
  }
  const decided = decidedWithoutBridge(head);
  if (decided) return follow(context, call, decided, head.owner);
  const { owner } = head;
  if (isSame(owner, token)) {
    // "Not mine" is an answer: that bridge gave the call away, and would be asked again only as the last one there is.
    const except = found === 'gone' ? owner : undefined;
    return rescue(context, call, head, { except });
  }
  // Somebody moved the call already: another replica, or an earlier request.
  const step = await context.bridges.nextStep(owner, callSid);
  if (step === 'gone') return rescue(context, call, head, { except: owner });
  return step === 'not_mine' ? rescue(context, call, head, { first: owner }) : follow(context, call, step, owner);
}

/** Phases without a bridge are in the record; a stream needs a bridge, and that one is gone. */
function decidedWithoutBridge(head: CallHead): NextStep | undefined {
  if (head.next && head.next.kind !== 'stream') return head.next;
  return head.phase === 'ended' ? { kind: 'hangup' } : undefined;
}

interface Where {
  except?: CallHead['owner'] | undefined;
  first?: CallHead['owner'];
}

/**
 * A bridge that stops hands over all its calls at once, and those that take them may not answer in time: a conversation
 * that goes on is worth more than one round.
 */
async function rescue(context: Context, call: Continued, head: CallHead, where: Where): Promise<string> {
  let how: How = { mode: 'resume', epoch: head.epoch, ...where };
  for (let rounds = 1; ; rounds += 1) {
    const connected = await connect(context, call, how);
    const { kind } = connected;
    const mayGoOn = kind === 'claimed_elsewhere' || (kind === 'full' && rounds < FULL_ROUNDS);
    if (!mayGoOn || !(await call.patience.pause(PAUSE_MS))) return outcome(context, call, connected);
    if (kind !== 'claimed_elsewhere') continue;
    // Whoever claimed it answered too late for us: it is asked once more, and has the call though it be slow again.
    const again = await headOf(context, call);
    if (again === 'over' || again === undefined) return over(context);
    how = { mode: 'resume', epoch: again.epoch, first: again.owner };
  }
}

const headOf = ({ records }: Context, { callSid, patience }: Continued) => patience.within(records.head(callSid));

type How = Where & { mode: 'new' | 'resume'; epoch?: number };

async function connect(context: Context, call: Continued, how: How): Promise<Connected> {
  const { entry, callSid, from, token, patience } = call;
  const { line = 0, attestation = 'none', moves = 0 } = token;
  if (moves >= MOST_MOVES) return { kind: 'no_bridge' };
  // The line stays the call's while nobody renews it.
  await patience.within(context.lines.keep(entry.businessId, callSid, line));
  const leg = { entry, callSid, from, attestation, line };
  return connectCall(context, leg, { ...how, moves: moves + 1, patience });
}

async function outcome(context: Context, call: Continued, connected: Connected): Promise<string> {
  if (connected.kind === 'call_over') return over(context);
  if (connected.kind !== 'connected') {
    await giveBack(context, call);
    return giveUp(context, call, connected.kind);
  }
  context.events.webhookAnswered('continue', 'moved');
  context.events.callMoved('moved');
  return connected.twiml;
}

/** What cannot be given back in time expires. */
async function giveBack({ lines, log }: Context, { entry, callSid, token, patience }: Continued): Promise<void> {
  await patience.within(lines.release(entry.businessId, callSid, token.line ?? 0)).catch((error: unknown) => {
    log.warn({ err: error }, 'a line was not given back');
  });
}

function over(context: Context): string {
  context.events.webhookAnswered('continue', 'over');
  return hangupTwiml();
}

function giveUp(context: Context, call: Continued, why: string): string {
  context.events.webhookAnswered('continue', 'given_up');
  context.events.callMoved(why);
  return fallBack(context, call, call.entry.profile.fallback, VOICEMAIL);
}

function isSame(one: CallHead['owner'], other: CallHead['owner']): boolean {
  return one.podId === other.podId && one.address === other.address;
}
