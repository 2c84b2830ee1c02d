import { findSlotsHttp } from '@frontdesk/contracts/http/slots';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { camelCased, snakeCased } from '../domain/snake-case.ts';
import { serveOperation } from './api-operation.ts';

export function serveSlots(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, findSlotsHttp, async ({ businessId, query }) =>
    snakeCased(await context.booking.slots(businessId, camelCased(query))),
  );
}
