import { getCatalog } from '@frontdesk/contracts/booking/get-catalog';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { readEntered } from '../store/catalog-reader.ts';

export async function serveGetCatalog(context: Context): Promise<void> {
  await context.messaging.serve(getCatalog, async (_request, rpc) => {
    const entered = await context.db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) =>
      readEntered(tx, rpc.businessId),
    );
    return { ...entered, resources: entered.resources.map(({ lastGivenMs: _lastGivenMs, ...resource }) => resource) };
  });
}
