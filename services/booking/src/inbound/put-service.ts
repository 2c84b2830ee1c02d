import { putService } from '@frontdesk/contracts/booking/put-service';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import * as writer from '../store/catalog-writer.ts';

/** A service that nobody can perform yet is as good as any: its people are entered after it. */
export async function servePutService(context: Context): Promise<void> {
  await context.messaging.serve(putService, async ({ serviceId, ...service }, rpc) => ({
    serviceId: await context.db.asTenant(rpc.businessId, actorOf(rpc), (tx) =>
      writer.putService(tx, rpc.businessId, service, serviceId),
    ),
  }));
}
