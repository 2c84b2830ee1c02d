import { randomUUID } from 'node:crypto';
import { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import { WireError } from '@frontdesk/contracts/wire-error';
import { requireIdempotencyKey } from '@frontdesk/messaging';
import { idempotent } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { cleanName } from '../domain/names.ts';
import { isBelieved } from '../domain/recall.ts';
import { type MetCaller, meetCaller } from '../store/caller-writer.ts';

export async function serveSaveCallerName({ messaging, db, clock, events }: Context): Promise<void> {
  await messaging.serve(saveCallerName, async (request, rpc) => {
    const { businessId } = rpc;
    const { phone, name } = request;
    const proved = isBelieved(request.trust, request.attestation);
    const wanted = cleanName(name);
    const key = requireIdempotencyKey(rpc);
    if (wanted === undefined) throw new WireError('invalid', 'that is not a name');
    const now = clock.now();
    const once = { businessId, key, operation: 'save-caller-name', replySchema: saveCallerName.reply, request };
    let met: MetCaller | undefined;
    const reply = await db.asTenant(businessId, { kind: 'tool', id: key }, (tx) => {
      // The transaction may be run again after a serialization failure.
      met = undefined;
      return idempotent(tx, once, async () => {
        const meeting = { businessId, phone, name, source: 'said' as const, proved, now, newCallerId: randomUUID() };
        met = await meetCaller(tx, meeting);
        await events.callerMet(tx, businessId, met, now);
        return { callerId: met.callerId, saved: met.name === wanted };
      });
    });
    if (met) events.callerChanged(met.change, met.callerId);
    return reply;
  });
}
