import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { putRules } from '../store/catalog-writer.ts';

export async function servePutBookingRules(context: Context): Promise<void> {
  await context.messaging.serve(putBookingRules, async (rules, rpc) => {
    await context.db.asTenant(rpc.businessId, actorOf(rpc), (tx) => putRules(tx, rpc.businessId, rules));
    return {};
  });
}
