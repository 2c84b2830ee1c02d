import { getBookingRulesHttp, putBookingRulesHttp } from '@frontdesk/contracts/http/booking-rules';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { camelCased, snakeCased } from '../domain/snake-case.ts';
import { serveOperation } from './api-operation.ts';

export function serveBookingRules(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, getBookingRulesHttp, async ({ businessId }) => {
    const { rules } = await context.booking.catalog(businessId);
    return { rules: snakeCased(rules) };
  });
  serveOperation(http, context, putBookingRulesHttp, async ({ businessId, body }) => {
    await context.booking.putRules(businessId, camelCased(body));
    return { rules: body };
  });
}
