import { deleteServiceHttp, listServicesHttp, putServiceHttp } from '@frontdesk/contracts/http/services';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { camelCased, snakeCased } from '../domain/snake-case.ts';
import { serveOperation } from './api-operation.ts';

export function serveServices(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, listServicesHttp, async ({ businessId }) => {
    const { services } = await context.booking.catalog(businessId);
    return { services: snakeCased(services) };
  });
  serveOperation(http, context, putServiceHttp, async ({ businessId, body }) =>
    snakeCased(await context.booking.putService(businessId, camelCased(body))),
  );
  serveOperation(http, context, deleteServiceHttp, async ({ businessId, params }) => {
    const { upcoming } = await context.booking.retire(businessId, 'service', params.id);
    return { upcoming_appointments: upcoming };
  });
}
