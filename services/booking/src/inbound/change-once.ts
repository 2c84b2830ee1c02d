/**
 * One change, made once. One transaction: the stored reply of the same key, validation against today's catalog, the
 * change under the exclusion constraint, its event in the outbox. Either all of it happens or none.
 */
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { WireError } from '@frontdesk/contracts/wire-error';
import { type RequestContext, requireIdempotencyKey } from '@frontdesk/messaging';
import { actorOf, idempotent, type TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { BookingSchema } from '../store/schema.ts';
import { giveUpHolds } from './give-up-hold.ts';

/** Each time the holds in the way are cleared, so another one has to come in between to need one more. */
const MAX_TRIES = 3;

/**
 * Ends the transaction: holds that need not be respected are in the way of what it wants. They are cleared in a
 * transaction of their own, so that nobody gives one time up while waiting for another.
 */
export class HoldsInTheWay extends Error {
  readonly ids: readonly string[];
  readonly callSid: string | undefined;

  constructor(ids: readonly string[], callSid: string | undefined) {
    super('holds are in the way');
    this.ids = ids;
    this.callSid = callSid;
  }
}

export interface Change<Reply> {
  readonly contract: RpcContract<z.ZodType, z.ZodType<Reply>>;
  /** What was asked, without what has no effect: the same key with something else is refused. */
  readonly asked: unknown;
}

export async function changeOnce<Reply>(
  context: Context,
  rpc: RequestContext,
  { contract, asked }: Change<Reply>,
  work: (tx: TenantTransaction<BookingSchema>, now: Temporal.Instant) => Promise<Reply>,
): Promise<Reply> {
  const { businessId } = rpc;
  const actor = actorOf(rpc);
  const key = requireIdempotencyKey(rpc);
  const once = { businessId, key, operation: contract.verb, replySchema: contract.reply, request: asked };
  for (let attempt = 1; ; attempt++) {
    const now = context.clock.now();
    try {
      let made = false;
      const reply = await context.db.asTenant(businessId, actor, async (tx) => {
        made = false;
        return idempotent(tx, once, () => {
          made = true;
          return work(tx, now);
        });
      });
      context.events.changed({ what: contract.verb, repeated: !made });
      return reply;
    } catch (error) {
      if (error instanceof HoldsInTheWay && attempt < MAX_TRIES) {
        const { ids, callSid } = error;
        await context.db.asTenant(businessId, actor, (tx) => giveUpHolds(tx, businessId, { ids, callSid, now }));
        continue;
      }
      const refusal = error instanceof HoldsInTheWay ? new WireError('conflict', 'that time was just taken') : error;
      if (refusal instanceof WireError) context.events.refused({ what: contract.verb, code: refusal.code });
      throw refusal;
    }
  }
}
