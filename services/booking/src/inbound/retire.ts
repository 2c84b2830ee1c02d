import { retire } from '@frontdesk/contracts/booking/retire';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import * as writer from '../store/catalog-writer.ts';
import { lockForRetiring } from '../store/locks.ts';
import { countUpcoming } from '../store/standing-reader.ts';

export async function serveRetire(context: Context): Promise<void> {
  await context.messaging.serve(retire, async ({ kind, id }, rpc) => {
    const wanted = { kind, id, now: context.clock.now() };
    const upcoming = await context.db.asTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      await lockForRetiring(tx, rpc.businessId);
      await writer.retire(tx, rpc.businessId, wanted);
      return countUpcoming(tx, rpc.businessId, wanted);
    });
    return { upcoming };
  });
}
