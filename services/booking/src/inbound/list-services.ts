import { listServices } from '@frontdesk/contracts/booking/list-services';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { readServices } from '../store/services-reader.ts';

export async function serveListServices(context: Context): Promise<void> {
  await context.messaging.serve(listServices, async (_request, rpc) => {
    const services = await context.db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) =>
      readServices(tx, rpc.businessId),
    );
    return {
      services: services.map(({ serviceId, name, description, durationMinutes, priceText }) => ({
        serviceId,
        name,
        description,
        durationMinutes,
        priceText,
      })),
    };
  });
}
