import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { actorOf } from '@frontdesk/persistence';
import { inbound } from '../context.ts';
import { putRules } from '../store/catalog-writer.ts';

export const servePutBookingRules = inbound(putBookingRules, (context) => async (rules, rpc) => {
  await context.db.asTenant(rpc.businessId, actorOf(rpc), (tx) => putRules(tx, rpc.businessId, rules));
  return {};
});
