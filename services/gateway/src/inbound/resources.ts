import { deleteResourceHttp, listResourcesHttp, putResourceHttp } from '@frontdesk/contracts/http/resources';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { camelCased, snakeCased } from '../domain/snake-case.ts';
import { serveOperation } from './api-operation.ts';

export function serveResources(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, listResourcesHttp, async ({ businessId }) => {
    const { resources } = await context.booking.catalog(businessId);
    return { resources: snakeCased(resources) };
  });
  serveOperation(http, context, putResourceHttp, async ({ businessId, body }) =>
    snakeCased(await context.booking.putResource(businessId, camelCased(body))),
  );
  serveOperation(http, context, deleteResourceHttp, async ({ businessId, params }) => {
    const { upcoming } = await context.booking.retire(businessId, 'resource', params.id);
    return { upcoming_appointments: upcoming };
  });
}
