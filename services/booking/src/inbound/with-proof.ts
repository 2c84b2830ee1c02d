/**
 * Codes that callers say, counted. An attempt is counted before the code is looked at, in a transaction of its own: so
 * neither a refusal rolls it back, nor do a hundred guesses at once all find the count at zero. A right code gets its
 * attempt back.
 */
import { createHash } from 'node:crypto';
import type { CallerProof, Proof } from '@frontdesk/contracts/booking/proof';
import type { RequestContext } from '@frontdesk/messaging';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { PER_BUSINESS, PER_CALLER } from '../domain/code-attempts.ts';
import type { Doors } from '../domain/may-change.ts';
import { giveAttemptBack, takeAttempt } from '../store/code-attempts-writer.ts';
import { WrongCode } from './require-step.ts';

const OPEN: Doors = { callerLocked: false, strangersLocked: false };
const BUSINESS = 'business';

/** @param work throws {@link WrongCode} when the code did not fit */
export async function withProof<T>(
  context: Context,
  rpc: RequestContext,
  proof: Proof,
  work: (doors: Doors) => Promise<T>,
): Promise<T> {
  if (proof.by === 'business' || proof.code === undefined) return work(OPEN);
  const { doors, counted } = await knock(context, rpc, proof);
  let isWrong = false;
  try {
    return await work(doors);
  } catch (error) {
    isWrong = error instanceof WrongCode;
    throw error;
  } finally {
    if (isWrong) context.events.codeRefused();
    else await giveBack(context, rpc, counted);
  }
}

async function knock(context: Context, rpc: RequestContext, proof: CallerProof) {
  const { businessId } = rpc;
  const now = context.clock.now();
  const caller = subjectOf(proof);
  return context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
    const ofCaller = await takeAttempt(tx, businessId, { subject: caller, limit: PER_CALLER, now });
    if (ofCaller === 'locked') return { doors: { callerLocked: true, strangersLocked: false }, counted: [] };
    const ofBusiness = await takeAttempt(tx, businessId, { subject: BUSINESS, limit: PER_BUSINESS, now });
    const strangersLocked = ofBusiness === 'locked';
    return {
      doors: { callerLocked: false, strangersLocked },
      counted: strangersLocked ? [caller] : [caller, BUSINESS],
    };
  });
}

async function giveBack(context: Context, rpc: RequestContext, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  try {
    await context.db.asTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      for (const subject of subjects) await giveAttemptBack(tx, rpc.businessId, subject);
    });
  } catch (error) {
    // The change itself stands or fell already; the caller has one attempt less for a while.
    context.log.warn({ err: error, event: 'attempt_not_given_back' }, 'could not give an attempt at a code back');
  }
}

/** Whoever withholds their number has only the call to be known by. Counted under a hash: the table needs no numbers. */
function subjectOf({ phone, callSid }: CallerProof): string {
  return `caller:${createHash('sha256')
    .update(phone ?? callSid)
    .digest('base64url')}`;
}
