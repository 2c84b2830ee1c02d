import { putService } from '@frontdesk/contracts/booking/put-service';
import { actorOf } from '@frontdesk/persistence';
import { inbound } from '../context.ts';
import * as writer from '../store/catalog-writer.ts';

export const servePutService = inbound(putService, (context) => async (service, rpc) => ({
  serviceId: await context.db.asTenant(rpc.businessId, actorOf(rpc), (tx) =>
    writer.putService(tx, rpc.businessId, service),
  ),
}));
