import { putResource, type ResourceDefinition } from '@frontdesk/contracts/booking/put-resource';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { faultInExceptions, faultInWeeklyHours } from '../domain/working-time.ts';
import * as writer from '../store/catalog-writer.ts';
import { readServices } from '../store/services-reader.ts';

export async function servePutResource(context: Context): Promise<void> {
  await context.messaging.serve(putResource, async ({ resourceId, ...resource }, rpc) => {
    checkHours(resource);
    const id = await context.db.asTenant(rpc.businessId, actorOf(rpc), async (tx) => {
      const known = new Set((await readServices(tx, rpc.businessId)).map(({ serviceId }) => serviceId));
      const unknown = resource.serviceIds.flatMap((serviceId, index) =>
        known.has(serviceId) ? [] : [{ path: `serviceIds.${index}`, message: 'there is no such service' }],
      );
      if (unknown.length > 0) throw new WireError('invalid', 'a service does not exist', { issues: unknown });
      return writer.putResource(tx, rpc.businessId, resource, resourceId);
    });
    return { resourceId: id };
  });
}

function checkHours({ weeklyHours, exceptions }: ResourceDefinition): void {
  const inWeek = faultInWeeklyHours(weeklyHours);
  if (inWeek) throw new WireError('invalid', inWeek, { issues: [{ path: 'weeklyHours', message: inWeek }] });
  const inException = faultInExceptions(exceptions.map(({ from, until = from, hours }) => ({ from, until, hours })));
  if (inException)
    throw new WireError('invalid', inException, { issues: [{ path: 'exceptions', message: inException }] });
}
