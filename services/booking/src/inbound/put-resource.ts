import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { faultInWeeklyHours } from '../domain/working-time.ts';
import * as writer from '../store/catalog-writer.ts';
import { readServices } from '../store/services-reader.ts';

export async function servePutResource(context: Context): Promise<void> {
  await context.messaging.serve(putResource, async (resource, rpc) => {
    const fault = faultInWeeklyHours(resource.weeklyHours);
    if (fault) throw new WireError('invalid', fault, { issues: [{ path: 'weeklyHours', message: fault }] });
    const resourceId = await context.db.asTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      const known = new Set((await readServices(tx, rpc.businessId)).map(({ serviceId }) => serviceId));
      const unknown = resource.serviceIds.flatMap((serviceId, index) =>
        known.has(serviceId) ? [] : [{ path: `serviceIds.${index}`, message: 'there is no such service' }],
      );
      if (unknown.length > 0) throw new WireError('invalid', 'a service does not exist', { issues: unknown });
      return writer.putResource(tx, rpc.businessId, resource);
    });
    return { resourceId };
  });
}
