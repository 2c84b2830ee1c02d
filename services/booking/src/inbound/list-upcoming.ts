import { listUpcoming, MAX_UPCOMING } from '@frontdesk/contracts/booking/list-upcoming';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { readUpcoming } from '../store/upcoming-reader.ts';
import { viewOf } from './appointment-view.ts';

/** Asked while the telephone rings, so it is one query. */
export async function serveListUpcoming(context: Context): Promise<void> {
  await context.messaging.serve(listUpcoming, async ({ phone, speak }, rpc) => {
    const asked = { phone, now: context.clock.now(), limit: MAX_UPCOMING };
    const upcoming = await context.db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) =>
      readUpcoming(tx, rpc.businessId, asked),
    );
    return { appointments: upcoming.map((it) => viewOf(it, speak)) };
  });
}
