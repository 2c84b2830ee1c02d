/**
 * Codes that callers say, counted. An attempt is counted before the code is looked at, in a transaction of its own: so
 * neither a refusal rolls it back, nor do a hundred guesses at once all find the count at zero. It is given back when
 * the code was right or did not matter. One that was refused unseen stays counted like a wrong one: otherwise whoever
 * forges a number that is let in could guess for ever. A request that is repeated under its key is the same attempt.
 */
import { createHash } from 'node:crypto';
import type { CallerProof, Proof } from '@frontdesk/contracts/booking/proof';
import type { RequestContext } from '@frontdesk/messaging';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { PER_BUSINESS, PER_CALLER } from '../domain/code-attempts.ts';
import type { Doors } from '../domain/may-change.ts';
import { giveAttemptBack, takeAttempt } from '../store/code-attempts-writer.ts';
import { CodeRefused } from './require-step.ts';

const OPEN: Doors = { callerLocked: false, strangersLocked: false };
const BUSINESS = 'business';

/** @param work throws {@link CodeRefused}, or says so, when the code was not taken */
export async function withProof<T>(
  context: Context,
  rpc: RequestContext,
  request: { readonly proof: Proof },
  work: (doors: Doors, refuseCode: () => void) => Promise<T>,
): Promise<T> {
  const { proof } = request;
  if (proof.by === 'business' || proof.code === undefined) return work(OPEN, () => undefined);
  const mark = markOf(rpc, request);
  const { doors, counted } = await knock(context, rpc, proof, mark);
  let isRefused = false;
  try {
    return await work(doors, () => {
      isRefused = true;
    });
  } catch (error) {
    if (error instanceof CodeRefused) isRefused = true;
    throw error;
  } finally {
    if (isRefused) context.events.codeRefused();
    else await giveBack(context, rpc, counted, mark);
  }
}

async function knock(context: Context, rpc: RequestContext, proof: CallerProof, mark: string | undefined) {
  const { businessId } = rpc;
  const now = context.clock.now();
  const caller = subjectOf(proof);
  return context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
    const ofCaller = await takeAttempt(tx, businessId, { subject: caller, limit: PER_CALLER, now, mark });
    if (ofCaller === 'locked') return { doors: { callerLocked: true, strangersLocked: false }, counted: [] };
    const ofBusiness = await takeAttempt(tx, businessId, { subject: BUSINESS, limit: PER_BUSINESS, now, mark });
    const counted = [...(ofCaller === 'counted' ? [caller] : []), ...(ofBusiness === 'counted' ? [BUSINESS] : [])];
    return { doors: { callerLocked: false, strangersLocked: ofBusiness === 'locked' }, counted };
  });
}

async function giveBack(
  context: Context,
  rpc: RequestContext,
  subjects: readonly string[],
  mark: string | undefined,
): Promise<void> {
  if (subjects.length === 0) return;
  try {
    await context.db.asTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      for (const subject of subjects) await giveAttemptBack(tx, rpc.businessId, { subject, mark });
    });
  } catch (error) {
    // The change itself stands or fell already; the caller has one attempt less for a while.
    context.log.warn({ err: error, event: 'attempt_not_given_back' }, 'could not give an attempt at a code back');
  }
}

/** By which the same request is known again. All of it, or one key could try many codes. */
function markOf({ idempotencyKey }: RequestContext, request: unknown): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([idempotencyKey, request]))
    .digest('base64url');
}

/** Whoever withholds their number has only the call to be known by. Counted under a hash: the table needs no numbers. */
function subjectOf({ phone, callSid }: CallerProof): string {
  return `caller:${createHash('sha256')
    .update(phone ?? callSid)
    .digest('base64url')}`;
}
